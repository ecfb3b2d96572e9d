package org.equipoise.dynamics;

/**
 * How a batch is cut into tiles of images, which any worker may take.
 *
 * @param workers how many workers
 * @param most the most images of a tile
 */
public record Tiling(int workers, int most) {
    /**
     * Tiles of one size for as few rounds of all workers as may be.
     *
     * @param images the most images of a batch
     * @param workers how many workers
     * @param most the most images of a tile that is wanted
     * @return the cut
     */
    public static Tiling of(int images, int workers, int most) {
        int rounds = Math.ceilDiv(images, Math.multiplyExact(workers, most));
        return new Tiling(workers, Math.ceilDiv(images, workers * rounds));
    }

    /**
     * @param images images of a batch
     * @return images of each of its tiles but the last
     */
    private int tileImages(int images) {
        return Math.min(most, Math.ceilDiv(images, workers));
    }

    /**
     * @param images images of a batch
     * @return how many tiles it has
     */
    public int tiles(int images) {
        return Math.ceilDiv(images, tileImages(images));
    }

    /**
     * @param images images of a batch
     * @param number which of its tiles
     * @param worker who works on it
     * @return that tile
     */
    public Tile tile(int images, int number, int worker) {
        int first = number * tileImages(images);
        return new Tile(worker, first, Math.min(images, first + tileImages(images)));
    }
}
