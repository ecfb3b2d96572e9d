package org.equipoise.dynamics;

import java.util.Arrays;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.LayerSettings.Convolution;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.Pooling;
import org.equipoise.config.Pooling.Winners;
import org.equipoise.config.Upsampling;

/**
 * The network's equations written down as the paper has them, for one image and in channel-major arrays: convolve, then pool;
 * upsample, then convolve with the transpose. Nothing is folded, packed or skipped. Independent of the engine's own code.
 */
public final class LiteralNetwork {
    public final float[][] s;
    final float[][] v;
    final float[][] phi;
    public final float[][] q;

    private final NetworkSettings settings;
    /** For each layer behind maximum pooling, which neuron of the convolution's map each of its neurons took last. */
    public final int[][] winners;

    private final float[][] weights;
    private final float[][] biases;
    private final int[][] shapes;
    /** The last layer of neurons. */
    private final int last;

    private final float[] image;
    private boolean first = true;
    private boolean imageAsCurrent;
    /** Whether P takes the winners that it took last. */
    private boolean held;
    /** Whether it does so for good. */
    private boolean nudging;

    /** What layers receive beside what is sent, where errors are amplified; winners then stay as they are. */
    private float[][] constant;

    public LiteralNetwork(NetworkSettings settings, float[][] weights, float[][] biases, float[] image) {
        this.settings = settings;
        this.weights = weights;
        this.biases = biases;
        this.image = image;
        int layers = settings.layers().size();
        this.last = settings.readout() == NetworkSettings.Readout.SOFTMAX ? layers - 1 : layers;
        this.shapes = new int[layers + 1][];
        shapes[0] = new int[] {
            settings.input().channels(),
            settings.input().height(),
            settings.input().width()
        };
        for (int l = 1; l <= layers; l++) {
            shapes[l] = switch (settings.layers().get(l - 1)) {
                case LayerSettings.Linear linear -> new int[] {linear.units(), 1, 1};
                case Convolution conv -> {
                    int[] convolved = convolved(conv, shapes[l - 1]);
                    int pool = conv.pooling().window();
                    yield new int[] {conv.channels(), convolved[0] / pool, convolved[1] / pool};
                }
            };
        }
        this.winners = new int[layers + 1][];
        for (int l = 1; l <= layers; l++) {
            winners[l] = new int[size(shapes[l])];
        }
        this.s = zeros();
        this.v = zeros();
        this.phi = zeros();
        this.q = zeros();
        s[0] = image;
    }

    private float[][] zeros() {
        float[][] zeros = new float[shapes.length][];
        for (int l = 0; l < shapes.length; l++) {
            zeros[l] = new float[size(shapes[l])];
        }
        return zeros;
    }

    private static int size(int[] shape) {
        return shape[0] * shape[1] * shape[2];
    }

    int[] shape(int layer) {
        return shapes[layer];
    }

    /** A copy to start a nudge phase from. */
    LiteralNetwork copy() {
        LiteralNetwork copy = new LiteralNetwork(settings, weights, biases, image);
        for (int l = 0; l < shapes.length; l++) {
            copy.s[l] = s[l].clone();
            copy.v[l] = v[l].clone();
            copy.phi[l] = phi[l].clone();
            copy.q[l] = q[l].clone();
        }
        copy.first = first;
        copy.imageAsCurrent = imageAsCurrent;
        copy.constant = constant;
        copy.nudging = nudging;
        copy.held = held;
        for (int l = 1; l < shapes.length; l++) {
            copy.winners[l] = winners[l].clone();
        }
        return copy;
    }

    /** From now on u_l = (1−γ) (W s*_(l-1) − Wᵀ s*_(l+1)) + γ W q_(l-1) + Wᵀ q_(l+1), at the winners of s*. */
    void amplifyErrors(float[][] free) {
        float gain = settings.feedback();
        float[][] currents = new float[shapes.length][];
        for (int l = 1; l <= last; l++) {
            currents[l] = forward(l, free[l - 1]);
        }
        for (int l = 1; l <= last; l++) {
            float[] back = l < last ? backward(l + 1, free[l + 1]) : new float[currents[l].length];
            for (int i = 0; i < back.length; i++) {
                currents[l][i] = (1f - gain) * (currents[l][i] - back[i] / gain);
            }
        }
        constant = currents;
        held = true;
    }

    /** P(w ∗ x) at the winners that P took last. */
    public float[] forwardAtWinners(int layer, float[] x) {
        held = true;
        float[] current = forward(layer, x);
        held = false;
        return current;
    }

    /** The free phase has ended: winners that are to be held are those of now. */
    void startNudging() {
        noteWinners();
        nudging = true;
    }

    /** The winners of w ∗ s, where they are not those of what is sent. */
    private void noteWinners() {
        for (int l = 1; constant == null && l <= last; l++) {
            boolean byStates = winners(l) != Winners.SENT;
            if (byStates && !(nudging && winners(l) == Winners.HELD)) {
                held = false;
                forward(l, s[l - 1]);
            }
        }
    }

    private Winners winners(int layer) {
        return layer <= last
                        && settings.layers().get(layer - 1) instanceof Convolution conv
                        && conv.pooling() instanceof Pooling.Maximum maximum
                ? maximum.winners()
                : Winners.SENT;
    }

    /** From now on the first layer receives W x in place of W q. */
    void sendImageAsCurrent() {
        imageAsCurrent = true;
    }

    public void spikingStep(float lambda, float epsilon, float threshold, float beta, float[] y) {
        float inverse = 1f / lambda;
        for (int i = 0; !imageAsCurrent && i < image.length; i++) {
            float previous = first ? 0f : image[i];
            float a = (image[i] - (1f - lambda) * previous) * inverse;
            fire(0, i, phi[0][i] + a, threshold);
        }
        first = false;
        float[][] sent = q.clone();
        sent[0] = imageAsCurrent ? image : q[0];
        float[][] u = currents(sent);
        float[] nudge = nudge(beta, y);
        for (int l = 1; l <= last; l++) {
            for (int i = 0; i < s[l].length; i++) {
                v[l][i] = (1f - lambda) * v[l][i] + lambda * u[l][i];
                float d = v[l][i] + bias(l, i);
                if (l == last && beta != 0f) {
                    d = d + nudge[i];
                }
                float next = Math.min(1f, Math.max(0f, s[l][i] + epsilon * (d - s[l][i])));
                float a = (next - (1f - lambda) * s[l][i]) * inverse;
                s[l][i] = next;
                fire(l, i, phi[l][i] + a, threshold);
            }
        }
    }

    private void fire(int layer, int neuron, float p, float threshold) {
        q[layer][neuron] = p > threshold ? 1f : 0f;
        phi[layer][neuron] = p - q[layer][neuron];
    }

    public void rateStep(float epsilon, float beta, float[] y) {
        float[][] u = currents(s);
        float[] nudge = nudge(beta, y);
        for (int l = 1; l <= last; l++) {
            for (int i = 0; i < s[l].length; i++) {
                float d = u[l][i] + bias(l, i);
                if (l == last && beta != 0f) {
                    d = d + nudge[i];
                }
                s[l][i] = Math.min(1f, Math.max(0f, s[l][i] + epsilon * (d - s[l][i])));
            }
        }
    }

    /** β (y − s), or Wᵀ β (y − softmax(W s + b)): products added one by one, each with one rounding. */
    private float[] nudge(float beta, float[] y) {
        float[] nudge = new float[s[last].length];
        if (last == shapes.length - 1) {
            for (int i = 0; i < nudge.length; i++) {
                nudge[i] = beta * (y[i] - s[last][i]);
            }
            return nudge;
        }
        float[] pull = pull(beta, y);
        for (int i = 0; i < nudge.length; i++) {
            for (int c = 0; c < pull.length; c++) {
                nudge[i] = Math.fma(pull[c], weights[last][c * nudge.length + i], nudge[i]);
            }
        }
        return nudge;
    }

    /** β (y − softmax(W s + b)), the sums in the order of positions, then channels. */
    private float[] pull(float beta, float[] y) {
        double[] exponentials = new double[y.length];
        double sum = 0;
        float[] logits = logits();
        for (int c = 0; c < y.length; c++) {
            exponentials[c] = Math.exp(logits[c]);
            sum += exponentials[c];
        }
        float[] pull = new float[y.length];
        for (int c = 0; c < y.length; c++) {
            pull[c] = (float) (beta * (y[c] - exponentials[c] / sum));
        }
        return pull;
    }

    float[] logits() {
        int positions = shapes[last][1] * shapes[last][2];
        float[] logits = biases[last].clone();
        for (int c = 0; c < logits.length; c++) {
            for (int position = 0; position < positions; position++) {
                for (int channel = 0; channel < shapes[last][0]; channel++) {
                    int i = channel * positions + position;
                    logits[c] = Math.fma(s[last][i], weights[last][c * s[last].length + i], logits[c]);
                }
            }
        }
        return logits;
    }

    /** What the readout's weights are learnt from stands where other layers have their activations. */
    void readOut(float beta, float[] y) {
        if (last < shapes.length - 1) {
            s[last + 1] = pull(beta, y);
        }
    }

    private float bias(int layer, int neuron) {
        return biases[layer - 1][neuron / (shapes[layer][1] * shapes[layer][2])];
    }

    /** u^l = P(w^l ∗ q^(l-1)) + w^(l+1) ⋆ P⁻¹(q^(l+1)), P⁻¹ at the indices that P picks in the same step. */
    private float[][] currents(float[][] sent) {
        float[][] u = new float[shapes.length][];
        noteWinners();
        for (int l = 1; l <= last; l++) {
            held = constant != null || winners(l) != Winners.SENT;
            u[l] = forward(l, sent[l - 1]);
        }
        held = constant != null;
        if (constant != null) {
            return amplified(u, sent);
        }
        for (int l = 1; l < last; l++) {
            float[] back = backward(l + 1, sent[l + 1]);
            for (int i = 0; i < u[l].length; i++) {
                u[l][i] += back[i];
            }
        }
        return u;
    }

    private float[][] amplified(float[][] up, float[][] sent) {
        float[][] u = new float[shapes.length][];
        float gain = settings.feedback();
        for (int l = 1; l <= last; l++) {
            float[] back = l < last ? backward(l + 1, sent[l + 1]) : new float[up[l].length];
            u[l] = new float[up[l].length];
            for (int i = 0; i < u[l].length; i++) {
                u[l][i] = constant[l][i] + gain * up[l][i] + back[i] / gain;
            }
        }
        return u;
    }

    public float[] forward(int layer, float[] below) {
        float[] w = weights[layer - 1];
        return switch (settings.layers().get(layer - 1)) {
            case LayerSettings.Linear linear -> {
                float[] out = new float[linear.units()];
                for (int o = 0; o < out.length; o++) {
                    for (int i = 0; i < below.length; i++) {
                        out[o] += w[o * below.length + i] * below[i];
                    }
                }
                yield out;
            }
            case Convolution conv -> pool(layer, conv, convolve(layer, conv, below));
        };
    }

    private float[] convolve(int layer, Convolution conv, float[] below) {
        int[] in = shapes[layer - 1];
        int[] map = convolved(conv, in);
        float[] out = new float[conv.channels() * map[0] * map[1]];
        visit(layer, conv, (o, i, weight) -> out[o] += weights[layer - 1][weight] * below[i]);
        return out;
    }

    /** One product of a convolution. */
    private interface Product {
        void at(int output, int input, int weight);
    }

    private void visit(int layer, Convolution conv, Product product) {
        int[] in = shapes[layer - 1];
        int[] map = convolved(conv, in);
        int k = conv.kernel();
        for (int o = 0; o < conv.channels(); o++) {
            for (int y = 0; y < map[0]; y++) {
                for (int x = 0; x < map[1]; x++) {
                    for (int c = 0; c < in[0]; c++) {
                        for (int ky = 0; ky < k; ky++) {
                            for (int kx = 0; kx < k; kx++) {
                                int iy = y * conv.stride() + ky - conv.padding();
                                int ix = x * conv.stride() + kx - conv.padding();
                                if (iy >= 0 && iy < in[1] && ix >= 0 && ix < in[2]) {
                                    product.at(
                                            (o * map[0] + y) * map[1] + x,
                                            (c * in[1] + iy) * in[2] + ix,
                                            ((o * in[0] + c) * k + ky) * k + kx);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private float[] pool(int layer, Convolution conv, float[] map) {
        int window = conv.pooling().window();
        int[] in = convolved(conv, shapes[layer - 1]);
        int[] out = shapes[layer];
        float[] pooled = new float[size(out)];
        if (conv.pooling() instanceof Pooling.Maximum && held) {
            for (int o = 0; o < pooled.length; o++) {
                pooled[o] = map[winners[layer][o]];
            }
            return pooled;
        }
        if (conv.pooling() instanceof Pooling.Maximum) {
            Arrays.fill(pooled, Float.NEGATIVE_INFINITY);
            visitPool(out, in, window, (o, i, none) -> {
                if (map[i] > pooled[o]) {
                    pooled[o] = map[i];
                    winners[layer][o] = i;
                }
            });
            return pooled;
        }
        visitPool(out, in, window, (o, i, none) -> pooled[o] += map[i]);
        for (int o = 0; o < pooled.length; o++) {
            pooled[o] /= window * window;
        }
        return pooled;
    }

    private static void visitPool(int[] out, int[] in, int window, Product product) {
        for (int c = 0; c < out[0]; c++) {
            for (int y = 0; y < out[1] * window; y++) {
                for (int x = 0; x < out[2] * window; x++) {
                    int pooled = (c * out[1] + y / window) * out[2] + x / window;
                    product.at(pooled, (c * in[0] + y) * in[1] + x, 0);
                }
            }
        }
    }

    public float[] backward(int layer, float[] above) {
        float[] w = weights[layer - 1];
        float[] back = new float[size(shapes[layer - 1])];
        switch (settings.layers().get(layer - 1)) {
            case LayerSettings.Linear linear -> {
                for (int o = 0; o < linear.units(); o++) {
                    for (int i = 0; i < back.length; i++) {
                        back[i] += w[o * back.length + i] * above[o];
                    }
                }
            }
            case Convolution conv -> {
                float[] upsampled = upsample(layer, conv, above, alpha(conv));
                visit(layer, conv, (o, i, weight) -> back[i] += w[weight] * upsampled[o]);
            }
        }
        boolean readout = settings.readout() == NetworkSettings.Readout.SOFTMAX
                && layer == settings.layers().size();
        float feedback = readout ? 1f : settings.feedback();
        for (int i = 0; i < back.length; i++) {
            back[i] *= feedback;
        }
        return back;
    }

    private float alpha(Convolution conv) {
        int window = conv.pooling().window();
        if (window == 1) {
            return 1f;
        }
        return settings.upsampling() instanceof Upsampling.Gain gain ? gain.alpha() : 1f / (window * window);
    }

    /**
     * Copies every value to its whole window, or for maximum pooling to the remembered index alone; all else, as are rows and
     * columns that no window covers, stays zero.
     */
    private float[] upsample(int layer, Convolution conv, float[] above, float alpha) {
        int[] map = convolved(conv, shapes[layer - 1]);
        float[] upsampled = new float[conv.channels() * map[0] * map[1]];
        if (conv.pooling() instanceof Pooling.Maximum) {
            for (int o = 0; o < above.length; o++) {
                upsampled[winners[layer][o]] = above[o];
            }
            return upsampled;
        }
        visitPool(shapes[layer], map, conv.pooling().window(), (o, i, none) -> upsampled[i] = alpha * above[o]);
        return upsampled;
    }

    /**
     * Adds s ⊗ s of one connection, with the exact adjoint of pooling at the present activations applied to the layer above, to a weight
     * gradient.
     */
    void addOuterProducts(int layer, float sign, double[] gradient) {
        addOuterProducts(layer, sign, s[layer], s[layer - 1], gradient);
    }

    /** Adds Δs_l ⊗ s̄_(l-1) + γ s̄_l ⊗ Δs_(l-1) of two phases that amplify errors, of which this is the positive one. */
    void addAmplifiedContrast(int layer, LiteralNetwork negative, double[] gradient) {
        float gain = layer <= last ? settings.feedback() : 1f;
        float[] below = combined(s[layer - 1], negative.s[layer - 1], 0.5f, 0.5f);
        float[] mean = combined(s[layer], negative.s[layer], 0.5f, 0.5f);
        addOuterProducts(layer, 1f, combined(s[layer], negative.s[layer], 1f, -1f), below, gradient);
        addOuterProducts(layer, gain, mean, combined(s[layer - 1], negative.s[layer - 1], 1f, -1f), gradient);
    }

    private static float[] combined(float[] one, float[] other, float ofOne, float ofOther) {
        float[] sum = new float[one.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = ofOne * one[i] + ofOther * other[i];
        }
        return sum;
    }

    private void addOuterProducts(int layer, float sign, float[] upper, float[] below, double[] gradient) {
        switch (settings.layers().get(layer - 1)) {
            case LayerSettings.Linear linear -> {
                int inputs = below.length;
                for (int o = 0; o < linear.units(); o++) {
                    for (int i = 0; i < inputs; i++) {
                        gradient[o * inputs + i] += (double) sign * upper[o] * below[i];
                    }
                }
            }
            case Convolution conv -> {
                int window = conv.pooling().window();
                if (conv.pooling() instanceof Pooling.Maximum) {
                    // Learning takes the winners at the activations as they are, or those that are held.
                    held = constant != null || nudging && winners(layer) == Winners.HELD;
                    forward(layer, s[layer - 1]);
                }
                float[] spread = upsample(layer, conv, upper, 1f / (window * window));
                visit(layer, conv, (o, i, weight) -> gradient[weight] += (double) sign * spread[o] * below[i]);
            }
        }
    }

    private static int[] convolved(Convolution conv, int[] in) {
        return new int[] {
            (in[1] + 2 * conv.padding() - conv.kernel()) / conv.stride() + 1,
            (in[2] + 2 * conv.padding() - conv.kernel()) / conv.stride() + 1
        };
    }
}
