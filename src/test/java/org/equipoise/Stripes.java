package org.equipoise;

/** Images of 8 × 8 in three classes, striped at a distance of their class and somewhat in the middle between black and white. */
final class Stripes {
    static final int SIDE = 8;
    static final int CLASSES = 3;
    static final String NETWORK = """
            network: {input: [1, 8, 8], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 6}, {linear: 3}], upsampling: 1.0}
            neuron: {kind: sigma-delta, epsilon: 0.2, lambda: 0.6}
            phases: {free: 12, nudge: 6, beta: 0.9}
            learning: {rates: [0.2, 0.1, 0.1], momentum: 0.5}
            training: {batch: 7, epochs: 2, seed: 3}
            """;

    private Stripes() {}

    static EquipoiseBuilder builder() {
        return Equipoise.yaml(NETWORK).threads(2);
    }

    static float[] image(int number) {
        float[] image = new float[SIDE * SIDE];
        for (int p = 0; p < image.length; p++) {
            boolean bright = (p / SIDE + number) % (label(number) + 2) == 0;
            image[p] = bright ? 0.9f - number % 7 / 30f : (p + number) % 30 / 90f;
        }
        return image;
    }

    static int label(int number) {
        return number * 7 % CLASSES;
    }

    static float[] images(int count) {
        float[] images = new float[count * SIDE * SIDE];
        for (int i = 0; i < count; i++) {
            System.arraycopy(image(i), 0, images, i * SIDE * SIDE, SIDE * SIDE);
        }
        return images;
    }

    static int[] labels(int count) {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = label(i);
        }
        return labels;
    }
}
