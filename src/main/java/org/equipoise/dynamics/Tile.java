package org.equipoise.dynamics;

/**
 * Neighbouring images of a batch, in the hands of one worker.
 *
 * @param worker who works on them, alone in what memory it has of its own
 * @param first first image
 * @param end one more than the last image
 */
public record Tile(int worker, int first, int end) {
    /** {@return how many images it has} */
    public int count() {
        return end - first;
    }
}
