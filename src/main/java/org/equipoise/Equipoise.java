package org.equipoise;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.config.ImageShape;
import org.equipoise.config.Presets;
import org.equipoise.data.Dataset;
import org.equipoise.data.ImageSet;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Initialiser;
import org.equipoise.network.Parameters;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * A network that learns by Equilibrium Propagation: built from a preset, a configuration or layer by layer, trained on the caller's
 * images, asked about others, saved and closed.
 *
 * {@snippet file="org/equipoise/EmbeddingExamples.java" region="whole"}
 *
 * <p>Images are float32 values in [0, 1] by image, channel, row, column, contiguous, in an array or a {@link MemorySegment} in the
 * machine's byte order; a class is a number from 0. Results depend on settings, parameters and images alone: not on the number of
 * threads, nor on whether vectors are used, nor on how wide they are.
 *
 * <p>One thread at a time may use a network, and a second one is refused with an {@link IllegalStateException}; what several threads may
 * ask at once is a {@link #predictor}. Any number of networks may live in one JVM; they share nothing but the width of its vectors,
 * which is fixed at its start ({@code -Dequipoise.vectorBits}). How that JVM should be started, the {@linkplain org.equipoise package}
 * says.
 */
public final class Equipoise implements AutoCloseable {
    private final Configuration configuration;
    private final KernelSelection selection;
    private final Machine machine;
    private final Workers workers;
    private final Parameters parameters;
    private final LearningState learning;
    private final Queries queries;
    private final UsageGuard guard = new UsageGuard();

    Equipoise(Configuration configuration, KernelSelection selection, Machine machine, @Nullable ModelFile model) {
        this.configuration = configuration;
        this.selection = selection;
        this.machine = machine;
        this.workers = new Workers(machine.threads());
        try {
            this.parameters = Parameters.open(configuration, machine.ledger());
        } catch (RuntimeException | Error e) {
            workers.close();
            throw e;
        }
        this.learning = new LearningState(configuration, machine, workers, parameters);
        this.queries = new Queries(configuration, machine, workers, parameters);
        try {
            if (model == null) {
                Initialiser.of(configuration.training()).fill(parameters);
            } else {
                model.read(parameters);
            }
            parameters.derive(machine.kernels(), workers);
        } catch (RuntimeException | Error e) {
            parameters.close();
            workers.close();
            throw e;
        }
    }

    /**
     * A network by name.
     *
     * @param name such as {@code quick} or {@code paper-mnist}; {@link #presets} lists them
     * @return a builder with the preset's settings
     * @throws BadInputException if there is none of that name
     */
    public static EquipoiseBuilder preset(String name) {
        return new EquipoiseBuilder(Presets.read(name, List.of()), "preset " + name, null);
    }

    /**
     * The names that {@link #preset} knows.
     *
     * @return names
     */
    public static List<String> presets() {
        return Presets.names();
    }

    /**
     * A network from a configuration file.
     *
     * @param file a YAML file, as {@code ./equipoise train --config} reads it
     * @return a builder with its settings
     * @throws BadInputException if it cannot be read or does not describe a network
     */
    public static EquipoiseBuilder configuration(Path file) {
        return new EquipoiseBuilder(ConfigurationReader.read(file, List.of()), file.toString(), null);
    }

    /**
     * A network from the text of a configuration.
     *
     * @param text what a configuration file would hold
     * @return a builder with its settings
     * @throws BadInputException if it does not describe a network
     */
    public static EquipoiseBuilder yaml(String text) {
        String source = "the configuration given";
        return new EquipoiseBuilder(ConfigurationReader.read(text, source, List.of()), source, null);
    }

    /**
     * A network with the parameters of a file, and the settings that it carries.
     *
     * @param fileOrRun a safetensors file that {@link #save} or {@code ./equipoise train} has written, or the folder of a run, whose last
     *     checkpoint is meant
     * @return a builder with its settings
     * @throws BadInputException if it cannot be read, or carries no settings
     */
    public static EquipoiseBuilder model(Path fileOrRun) {
        ModelFile model = ModelFile.at(fileOrRun);
        return new EquipoiseBuilder(model.configuration(List.of()), model.file().toString(), model);
    }

    /**
     * A network to be described layer by layer.
     *
     * @param channels channels of an image, 1 for grey
     * @param height its rows
     * @param width its columns
     * @return a builder without layers
     */
    public static NetworkBuilder network(int channels, int height, int width) {
        return new NetworkBuilder(channels, height, width);
    }

    /**
     * Trains on images of the caller for as many epochs as {@code training.epochs} says, and listens to nothing.
     *
     * @param images numbers in [0, 1], by image, channel, row, column
     * @param labels one class an image
     * @return what each epoch came to
     * @see #training(float[], int[])
     */
    public List<EpochReport> train(float[] images, int[] labels) {
        return training(images, labels).run();
    }

    /**
     * Prepares training on images of the caller.
     *
     * @param images numbers in [0, 1], by image, channel, row, column; not copied, and not to be changed while training runs
     * @param labels one class an image
     * @return a training to run
     * @throws BadInputException if images or labels do not fit the network or each other
     */
    public Training training(float[] images, int[] labels) {
        return training(MemorySegment.ofArray(images), labels);
    }

    /**
     * Prepares training on images of the caller.
     *
     * @param images float32 values in [0, 1] in the machine's byte order, by image, channel, row, column, in memory that every thread
     *     may read; not copied, and not to be changed or closed while training runs
     * @param labels one class an image
     * @return a training to run
     * @throws BadInputException if images or labels do not fit the network or each other
     */
    public Training training(MemorySegment images, int[] labels) {
        ImageSet train = labelled("the images given", images, labels);
        List<String> names =
                IntStream.range(0, train.classes()).mapToObj(Integer::toString).toList();
        return new Training(
                this, train, train.none(), names, configuration.training().epochs());
    }

    /**
     * Prepares training on a data set, with its test after each epoch.
     *
     * @param data the data set
     * @return a training to run
     * @throws BadInputException if its images do not fit the network
     */
    public Training training(DataSet data) {
        Dataset dataset = data.dataset();
        return new Training(
                this,
                dataset.train(),
                dataset.test(),
                dataset.classNames(),
                configuration.training().epochs());
    }

    List<EpochReport> train(Dataset dataset, int epochs, ProgressListener listener) {
        return guard.takeToTrain(() -> learning.train(dataset, epochs, listener));
    }

    ImageSet labelled(String name, MemorySegment images, int[] labels) {
        ImageShape shape = configuration.network().input();
        return ImageSet.ofNumbers(
                name, images, shape.channels(), shape.height(), shape.width(), labels, queries.mostClasses());
    }

    /**
     * Tests the network on images of the caller.
     *
     * @param images numbers in [0, 1], by image, channel, row, column
     * @param labels one class an image
     * @return how it does
     * @throws BadInputException if images or labels do not fit the network or each other
     */
    public Score evaluate(float[] images, int[] labels) {
        return evaluate(MemorySegment.ofArray(images), labels);
    }

    /**
     * Tests the network on images of the caller.
     *
     * @param images float32 values in [0, 1] in the machine's byte order, by image, channel, row, column, in memory that every thread
     *     may read
     * @param labels one class an image
     * @return how it does
     * @throws BadInputException if images or labels do not fit the network or each other
     */
    public Score evaluate(MemorySegment images, int[] labels) {
        ImageSet set = labelled("the images given", images, labels);
        return guard.take(() -> queries.evaluate(set));
    }

    /**
     * Tests the network on the test images of a data set.
     *
     * @param data the data set
     * @return how it does
     * @throws BadInputException if its images do not fit the network
     */
    public Score evaluate(DataSet data) {
        return guard.take(() -> queries.evaluate(data.dataset().test()));
    }

    /**
     * The classes of images: for each the one whose output is largest, the first of equals.
     *
     * @param images numbers in [0, 1], by image, channel, row, column
     * @return one class an image
     * @throws BadInputException if they are of another size, or a value lies outside of [0, 1]
     */
    public int[] classify(float[] images) {
        return Queries.answers(outputs(images));
    }

    /**
     * What the network answers to images.
     *
     * @param images numbers in [0, 1], by image, channel, row, column
     * @return for each image the output layer's activations, or the logits of a softmax readout; one a class
     * @throws BadInputException if they are of another size, or a value lies outside of [0, 1]
     */
    public float[][] outputs(float[] images) {
        return outputs(MemorySegment.ofArray(images));
    }

    /**
     * What the network answers to images.
     *
     * @param images float32 values in [0, 1] in the machine's byte order, by image, channel, row, column, in memory that every thread
     *     may read
     * @return for each image the output layer's activations, or the logits of a softmax readout; one a class
     * @throws BadInputException if they are of another size, or a value lies outside of [0, 1]
     */
    public float[][] outputs(MemorySegment images) {
        CallersImages given =
                CallersImages.shared(images, configuration.network().input());
        return guard.take(() -> queries.outputs(given));
    }

    /**
     * Lets the network settle on one image.
     *
     * @param image numbers in [0, 1], by channel, row, column
     * @return the state at the end of the free phase
     * @throws BadInputException if it is of another size, or a value lies outside of [0, 1]
     */
    public NetworkState settle(float[] image) {
        List<NetworkState> last = new ArrayList<>();
        trace(image, configuration.phases().free(), last::add);
        return last.getLast();
    }

    /**
     * Lets the network settle on one image and looks on.
     *
     * @param image numbers in [0, 1], by channel, row, column
     * @param every how many steps lie between two looks; there is always one at the end of the free phase
     * @param looks given each state, in order
     * @throws BadInputException if the image is of another size, a value lies outside of [0, 1], or no steps lie between two looks
     */
    public void trace(float[] image, int every, Consumer<NetworkState> looks) {
        CallersImages given = single(image);
        guard.run(() -> queries.trace(given, null, every, looks));
    }

    /**
     * Lets the network settle on one image, then nudges it towards and away from a class, and looks on.
     *
     * @param image numbers in [0, 1], by channel, row, column
     * @param label the class
     * @param every how many steps lie between two looks; there is always one at the end of a phase
     * @param looks given each state, in order
     * @throws BadInputException if the image is of another size, a value lies outside of [0, 1], the label is no class, or no steps lie
     *     between two looks
     */
    public void trace(float[] image, int label, int every, Consumer<NetworkState> looks) {
        CallersImages given = single(image);
        guard.run(() -> queries.trace(given, label, every, looks));
    }

    private CallersImages single(float[] image) {
        return CallersImages.single(
                MemorySegment.ofArray(image), configuration.network().input());
    }

    /**
     * Opens what several threads may ask at once, with a copy of the present parameters.
     *
     * @param states how many images may settle at once
     * @return the predictor, which must be closed
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the memory budget
     */
    public Predictor predictor(int states) {
        return guard.take(() -> Predictor.open(configuration, machine, workers, parameters, states));
    }

    /**
     * Writes the parameters with all settings, in place of a file that may be there. {@link #model} opens it again, {@code ./equipoise}
     * reads it as a model, and any library for safetensors reads {@code layers.<l>.weight} as (out, in, kh, kw) or (out, in), and {@code
     * layers.<l>.bias}.
     *
     * @param file where to write
     * @throws org.equipoise.error.WorkFailedException if it cannot be written
     */
    public void save(Path file) {
        guard.run(() -> ModelFile.writeSafetensors(file, configuration, parameters));
    }

    /**
     * Takes over the parameters of a file; settings that it carries are not looked at. The optimiser and the count of epochs start
     * afresh.
     *
     * @param fileOrRun a safetensors file, or the folder of a run, whose last checkpoint is meant
     * @throws BadInputException if it cannot be read, or is of another network; the parameters are then undefined
     */
    public void load(Path fileOrRun) {
        guard.runBetweenTrainings(() -> {
            ModelFile model = ModelFile.at(fileOrRun);
            learning.reset();
            model.read(parameters);
            parameters.derive(machine.kernels(), workers);
        });
    }

    /**
     * The weights that lead to a layer.
     *
     * @param layer which, 0 for the first after the image
     * @return a copy, by (out, in, kernel row, kernel column) or (out, in)
     */
    public float[] weights(int layer) {
        return guard.take(() -> parameters.weights(layer));
    }

    /**
     * The biases of a layer.
     *
     * @param layer which, 0 for the first after the image
     * @return a copy, one a channel or unit
     */
    public float[] biases(int layer) {
        return guard.take(() -> parameters.biases(layer));
    }

    /**
     * Replaces the parameters of a layer; optimiser and the count of epochs stay as they are.
     *
     * @param layer which, 0 for the first after the image
     * @param weights those that lead to it, by (out, in, kernel row, kernel column) or (out, in)
     * @param biases one a channel or unit
     * @throws BadInputException if there are more or fewer than the layer has
     */
    public void setParameters(int layer, float[] weights, float[] biases) {
        guard.runBetweenTrainings(() -> {
            parameters.setWeights(layer, weights);
            parameters.setBiases(layer, biases);
            parameters.derive(machine.kernels(), workers);
        });
    }

    /**
     * All settings, as a configuration file has them.
     *
     * @return YAML that {@link #yaml} reads
     */
    public String settings() {
        return configuration.toYaml();
    }

    /**
     * The shape of an image.
     *
     * @return channels, rows, columns
     */
    public int[] imageShape() {
        ImageShape shape = configuration.network().input();
        return new int[] {shape.channels(), shape.height(), shape.width()};
    }

    /**
     * How many classes the network tells apart.
     *
     * @return units of its output
     */
    public int classes() {
        return configuration.network().classes();
    }

    /**
     * The width of the vectors that this network computes with.
     *
     * @return 128, 256 or 512 bits, or 0 for scalar code
     */
    public int vectorBits() {
        return selection.vectorBits();
    }

    /**
     * Why this network computes with vectors, or why not.
     *
     * @return the reason, for people
     */
    public String kernelsReason() {
        return selection.reason();
    }

    /**
     * The off-heap memory that training holds, the parameters included: what {@link #memory} is going to show.
     *
     * @return bytes
     */
    public long trainingBytes() {
        return learning.bytes();
    }

    /**
     * The books of the off-heap memory that this network, its predictors and whoever shares its budget hold.
     *
     * @return the ledger
     */
    public Ledger memory() {
        return machine.ledger();
    }

    /** Gives threads and memory back; a second call does nothing. Predictors stay open. */
    @Override
    public void close() {
        guard.close(() -> {
            learning.close();
            parameters.close();
            workers.close();
        });
    }
}
