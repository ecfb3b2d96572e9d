package org.equipoise.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.equipoise.config.Configuration;
import org.equipoise.data.ImageSet;
import org.equipoise.dynamics.SettlingTeam;
import org.equipoise.dynamics.TileUse;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;

/** A network that answers and does not learn. */
public final class Inference implements AutoCloseable {
    private static final int IMAGES_AT_ONCE = 256;

    private final Workers workers;
    private final Parameters parameters;
    private final SettlingTeam team;
    private final Evaluator evaluator;

    /**
     * Allocates a network and reads its parameters.
     *
     * @param configuration network, neurons and the steps of the free phase
     * @param model its parameters
     * @param machine what may be used
     * @param images how many images will be asked about
     * @throws org.equipoise.error.BadInputException if the file cannot be read or is of another network
     * @throws org.equipoise.memory.BudgetExceededException if it would not fit the ledger's budget; nothing is allocated then
     */
    public Inference(Configuration configuration, ModelFile model, Machine machine, int images) {
        Topology topology = Topology.of(configuration.network());
        machine.ledger().require(plans(configuration, machine.threads(), images));
        this.workers = new Workers(machine.threads());
        this.parameters = Parameters.open(topology, machine.ledger());
        try {
            model.read(parameters);
        } catch (RuntimeException e) {
            parameters.close();
            workers.close();
            throw e;
        }
        parameters.derive(machine.kernels(), workers);
        this.team = SettlingTeam.open(
                configuration,
                parameters,
                machine.kernels(),
                workers,
                machine.ledger(),
                atOnce(images),
                TileUse.ONE_WAY);
        this.evaluator = Evaluator.of(team, topology.output(), configuration);
    }

    /**
     * @param configuration a network
     * @param threads how many threads work
     * @param images how many images will be asked about
     * @return all off-heap memory that this takes
     */
    public static List<MemoryPlan> plans(Configuration configuration, int threads, int images) {
        Topology topology = Topology.of(configuration.network());
        List<MemoryPlan> plans = new ArrayList<>();
        plans.add(Parameters.plan(topology));
        plans.addAll(SettlingTeam.plans(configuration, topology, threads, atOnce(images), TileUse.ONE_WAY));
        return plans;
    }

    private static int atOnce(int images) {
        return Math.min(images, IMAGES_AT_ONCE);
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

    /** {@return the network's parameters, in this object's hands} */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        team.close();
        parameters.close();
        workers.close();
    }
}
