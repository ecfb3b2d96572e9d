package org.equipoise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.training.Machine;
import org.equipoise.training.ModelFile;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a network is to compute and what it may use of the machine, and opens it. Everything may be changed again before it is
 * opened; one builder may open several networks.
 *
 * {@snippet file="org/equipoise/EmbeddingExamples.java" region="settings"}
 */
public final class EquipoiseBuilder {
    private final Configuration base;
    private final String source;
    private final @Nullable ModelFile model;
    private final List<String> changes = new ArrayList<>();
    private int threads = Runtime.getRuntime().availableProcessors();
    private Ledger ledger = Ledger.unlimited();
    private boolean sharedLedger;
    private long maxMemory = Long.MAX_VALUE;
    private KernelChoice kernels = KernelChoice.AUTOMATIC;

    EquipoiseBuilder(Configuration base, String source, @Nullable ModelFile model) {
        this.base = base;
        this.source = source;
        this.model = model;
    }

    /**
     * Changes any setting of the configuration files, by the name it has there; {@code ./equipoise config show} lists them all.
     *
     * @param key its name, such as {@code phases.free} or {@code learning.optimizer}
     * @param value a number, a word, or any YAML
     * @return this builder
     */
    public EquipoiseBuilder set(String key, Object value) {
        changes.add(key + "=" + value);
        return this;
    }

    /**
     * Sets how long the network settles and how it is nudged.
     *
     * @param free steps of the free phase
     * @param nudge steps of each nudge phase
     * @param beta nudging factor β
     * @return this builder
     */
    public EquipoiseBuilder phases(int free, int nudge, double beta) {
        return set("phases.free", free).set("phases.nudge", nudge).set("phases.beta", beta);
    }

    /**
     * Makes the neurons spike: a Sigma-Delta quantiser with a predictive encoder and decoder (O'Connor et al. 2019).
     *
     * @param epsilon step size ε of the activation, above 0 and up to 1
     * @param lambda weight λ of the newest value in encoder and decoder, above 0 and up to 1
     * @return this builder
     */
    public EquipoiseBuilder spiking(double epsilon, double lambda) {
        return set("neuron", "{kind: sigma-delta, epsilon: " + epsilon + ", lambda: " + lambda + "}");
    }

    /**
     * Makes the neurons continuous: the convergent recurrent network without spikes.
     *
     * @param epsilon step size ε, above 0 and up to 1
     * @param activation {@code clip}, {@code half-clip}, {@code sigmoid} or {@code tanh}
     * @return this builder
     */
    public EquipoiseBuilder rate(double epsilon, String activation) {
        return set("neuron", "{kind: rate, epsilon: " + epsilon + ", activation: " + activation + "}");
    }

    /**
     * Sets the learning rates.
     *
     * @param rates one for the weights and biases that lead to each layer, from the image to the output
     * @return this builder
     */
    public EquipoiseBuilder rates(double... rates) {
        return set("learning.rates", Arrays.toString(rates));
    }

    /**
     * Sets the size of a batch.
     *
     * @param images images that an update is averaged over
     * @return this builder
     */
    public EquipoiseBuilder batch(int images) {
        return set("training.batch", images);
    }

    /**
     * Sets how many epochs a training has that does not say otherwise.
     *
     * @param epochs passes over the training images
     * @return this builder
     */
    public EquipoiseBuilder epochs(int epochs) {
        return set("training.epochs", epochs);
    }

    /**
     * Sets the seed, on which initial parameters and the order of the images depend.
     *
     * @param seed any number
     * @return this builder
     */
    public EquipoiseBuilder seed(long seed) {
        return set("training.seed", seed);
    }

    /**
     * Sets how many threads work together; results do not depend on it. Without it, as many as there are processors.
     *
     * @param count how many, the calling thread included
     * @return this builder
     */
    public EquipoiseBuilder threads(int count) {
        threads = count;
        return this;
    }

    /**
     * Sets the most off-heap memory that the network and its predictors may hold; without it there is no limit. What would need more is
     * refused before anything of it is allocated.
     *
     * @param bytes the budget
     * @return this builder
     */
    public EquipoiseBuilder maxMemory(long bytes) {
        if (bytes < 0) {
            throw new BadInputException(
                    "A memory budget of " + bytes + " bytes was given; a number that is not negative was expected.");
        }
        maxMemory = bytes;
        sharedLedger = false;
        return this;
    }

    /**
     * Sets the books in which the network enters its off-heap memory, where several networks are to share one budget; it takes the place
     * of {@link #maxMemory}.
     *
     * @param shared the ledger, with its budget
     * @return this builder
     */
    public EquipoiseBuilder ledger(Ledger shared) {
        ledger = shared;
        sharedLedger = true;
        return this;
    }

    /**
     * Sets which implementation of the arithmetic this network uses; other networks of the JVM do not care.
     *
     * @param choice which
     * @return this builder
     */
    public EquipoiseBuilder kernels(KernelChoice choice) {
        kernels = choice;
        return this;
    }

    /**
     * Opens the network: allocates its parameters, and draws them or reads them from the model it was described by.
     *
     * @return the network, which must be closed
     * @throws BadInputException if a setting cannot be understood, settings do not fit each other, or vectors were asked for and cannot
     *     be had
     * @throws org.equipoise.memory.BudgetExceededException if the parameters would not fit the budget
     */
    public Equipoise open() {
        Configuration configuration = ConfigurationReader.read(base.toYaml(), source, changes, "set ");
        KernelSelection selection = switch (kernels) {
            case AUTOMATIC -> KernelSelection.ofThisJvm();
            case SCALAR -> KernelSelection.asked(false);
            case VECTOR -> KernelSelection.asked(true);
        };
        Ledger books = sharedLedger ? ledger : new Ledger(maxMemory);
        return new Equipoise(configuration, selection, new Machine(selection.kernels(), threads, books), model);
    }
}
