package org.equipoise;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;

/**
 * What a network is to learn from, how long and who hears of it; {@link #run} does it.
 *
 * {@snippet file="org/equipoise/EmbeddingExamples.java" region="listener"}
 */
public final class Training {
    private final Equipoise network;
    private final ImageSet train;
    private final List<String> classNames;
    private ImageSet test;
    private int epochs;
    private ProgressListener listener = ProgressListener.SILENT;

    Training(Equipoise network, ImageSet train, ImageSet test, List<String> classNames, int epochs) {
        this.network = network;
        this.train = train;
        this.test = test;
        this.classNames = classNames;
        this.epochs = epochs;
    }

    /**
     * Tests the network on other images after each epoch. They select nothing and change nothing that is learnt.
     *
     * @param images numbers in [0, 1], by image, channel, row, column; not copied, and not to be changed while training runs
     * @param labels one class an image
     * @return this training
     * @throws org.equipoise.error.BadInputException if images or labels do not fit the network or each other
     */
    public Training test(float[] images, int[] labels) {
        return test(MemorySegment.ofArray(images), labels);
    }

    /**
     * Tests the network on other images after each epoch. They select nothing and change nothing that is learnt.
     *
     * @param images float32 values in [0, 1] in the machine's byte order, by image, channel, row, column, in memory that every thread
     *     may read; not copied, and not to be changed or closed while training runs
     * @param labels one class an image
     * @return this training
     * @throws org.equipoise.error.BadInputException if images or labels do not fit the network or each other
     */
    public Training test(MemorySegment images, int[] labels) {
        test = network.labelled("the test images given", images, labels);
        return this;
    }

    /**
     * Sets how many passes over the training images to make, beside those that the network has made already; without it, what
     * {@code training.epochs} says.
     *
     * @param count how many
     * @return this training
     */
    public Training epochs(int count) {
        epochs = count;
        return this;
    }

    /**
     * Sets who hears how it goes, and may end it.
     *
     * @param hears the listener, in the place of an earlier one
     * @return this training
     */
    public Training listener(ProgressListener hears) {
        listener = hears;
        return this;
    }

    /**
     * Trains, on this thread and the network's workers, and returns when it is done or the listener ends it.
     *
     * <p>The network goes on from its present parameters, from the optimiser's present state and with the count of epochs that it has
     * come to: two trainings of one epoch on the same images do what one training of two epochs does, to the bit, unless the rates
     * follow a cosine, which spans all epochs up to the end of the training under way.
     *
     * @return what each epoch that is complete came to
     * @throws org.equipoise.error.BadInputException if the number of epochs is none
     * @throws org.equipoise.error.WorkFailedException if training diverges
     * @throws org.equipoise.memory.BudgetExceededException if training would not fit the memory budget; nothing is learnt then
     * @throws IllegalStateException if the network is closed, or another thread uses it
     */
    public List<EpochReport> run() {
        Dataset dataset = new Dataset(train.name(), train, test, classNames, "the caller's", "the caller");
        return network.train(dataset, epochs, listener);
    }
}
