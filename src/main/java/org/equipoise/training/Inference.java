package org.equipoise.training;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.TileUse;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.jspecify.annotations.Nullable;

/** A network that answers and does not learn. */
public final class Inference implements AutoCloseable {
    private final MemoryScope.Holding memory;
    private final Parameters parameters;
    private final Evaluator evaluator;
    private @Nullable Workers owned;

    private Inference(
            MemoryScope memory,
            Configuration configuration,
            Parameters parameters,
            Kernels kernels,
            Workers workers,
            int images) {
        this.memory = memory.holding();
        this.parameters = parameters;
        int atOnce = Math.min(images, Evaluator.IMAGES_AT_ONCE);
        SettlingTeam team =
                new SettlingTeam(memory, configuration, parameters, kernels, workers, atOnce, TileUse.ONE_WAY);
        this.evaluator = Evaluator.of(team, parameters.topology().output(), configuration);
    }

    private static Inference withParameters(
            MemoryScope memory, Configuration configuration, Kernels kernels, Workers workers, int images) {
        Parameters parameters = Parameters.in(memory, Topology.of(configuration.network()));
        return new Inference(memory, configuration, parameters, kernels, workers, images);
    }

    /**
     * Allocates a network and reads its parameters.
     *
     * @param configuration network, neurons and the steps of the free phase
     * @param model its parameters
     * @param machine what may be used
     * @param images how many images it is to classify
     * @return the network, which the caller closes
     * @throws org.equipoise.error.BadInputException if the file cannot be read or is of another network
     * @throws org.equipoise.memory.BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public static Inference open(Configuration configuration, ModelFile model, Machine machine, int images) {
        Workers workers = new Workers(machine.threads());
        Inference inference = machine.ledger()
                .open(memory -> withParameters(memory, configuration, machine.kernels(), workers, images));
        inference.owned = workers;
        try {
            model.read(inference.parameters);
            inference.parameters.derive(machine.kernels(), workers);
            return inference;
        } catch (RuntimeException | Error e) {
            inference.close();
            throw e;
        }
    }

    /**
     * Allocates what it takes to ask a network that exists already and outlives this.
     *
     * @param configuration neurons and the steps of the free phase
     * @param parameters the network's, read only
     * @param machine what may be used
     * @param workers who shares the work; stays open
     * @param images how many images it is to classify
     * @return the network, which the caller closes
     * @throws org.equipoise.memory.BudgetExceededException if it does not fit the budget or the machine; nothing is held then
     */
    public static Inference of(
            Configuration configuration, Parameters parameters, Machine machine, Workers workers, int images) {
        return machine.ledger()
                .open(memory -> new Inference(memory, configuration, parameters, machine.kernels(), workers, images));
    }

    /**
     * @param configuration a network
     * @param threads how many threads work
     * @param images how many images it is to classify
     * @return all off-heap memory that this takes, with parameters of its own
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads, int images) {
        Workers workers = new Workers(threads);
        return MemoryScope.count(memory -> withParameters(memory, configuration, Kernels.scalar(), workers, images));
    }

    /**
     * @param images images and their classes
     * @param stop asked now and then; once true, the rest is left out
     * @param progress told how many images are done
     * @return how the network does on the images looked at
     */
    public Evaluation evaluate(ImageSet images, BooleanSupplier stop, Evaluator.TestProgress progress) {
        return evaluator.evaluate(images, stop, progress);
    }

    /**
     * @param count how many images
     * @param source where they come from
     * @return the output, activations or logits, one array of classes an image
     */
    public float[][] outputs(int count, Evaluator.ImageSource source) {
        return evaluator.outputs(count, source);
    }

    /**
     * @param images images
     * @param work what to do with each tile at the end of the free phase; several threads call it at once
     */
    public void settle(ImageSet images, SettlingTeam.TileWork work) {
        evaluator.settle(images.count(), Evaluator.source(images), work);
    }

    /** {@return the network's parameters, which this owns or has been given} */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        memory.close();
        if (owned != null) {
            owned.close();
        }
    }
}
