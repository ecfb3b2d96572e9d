package org.equipoise;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.equipoise.config.Configuration;
import org.equipoise.config.ImageShape;
import org.equipoise.dynamics.PhaseProgram;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.kernel.Kernels;
import org.equipoise.memory.MemoryScope;
import org.equipoise.network.Parameters;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.training.Evaluator;
import org.equipoise.training.Machine;

/**
 * Answers about single images, for any number of threads at once. Thread-safe.
 *
 * <p>It has the parameters that its network had when it was opened, as a copy: the network may go on training, or be closed. As many
 * images as it has states settle at once, each on the thread that asks; further threads wait for a state to come free. An answer has
 * the same bits whichever state and thread it comes from, and as {@link Equipoise#outputs(float[])} gives.
 *
 * {@snippet file="org/equipoise/EmbeddingExamples.java" region="predictor"}
 */
public final class Predictor implements AutoCloseable {
    private static final int MAX_STATES = 1 << 16;

    private final ImageShape shape;
    private final int classes;
    private final PhaseProgram program;
    private final Parameters parameters;
    private final BlockingQueue<Settling> idle;
    private final MemoryScope.Holding memory;
    private final int states;
    private volatile boolean closed;

    private Predictor(MemoryScope memory, Configuration configuration, Topology topology, Kernels kernels, int states) {
        this.shape = topology.input();
        this.classes = topology.output().channels();
        this.program = PhaseProgram.of(configuration);
        this.states = states;
        this.idle = new ArrayBlockingQueue<>(states);
        this.memory = memory.holding();
        this.parameters = Parameters.in(memory, topology);
        for (int i = 0; i < states; i++) {
            idle.add(Settling.in(
                    memory,
                    configuration.neuron(),
                    configuration.phases().settle(),
                    parameters,
                    kernels,
                    "predicting " + i,
                    1,
                    false));
        }
    }

    static Predictor open(
            Configuration configuration, Machine machine, Workers workers, Parameters source, int states) {
        if (states < 1 || states > MAX_STATES) {
            throw new BadInputException(
                    states + " states were asked for; a number from 1 to " + MAX_STATES + " was expected.");
        }
        Topology topology = source.topology();
        Predictor predictor = machine.ledger()
                .open(memory -> new Predictor(memory, configuration, topology, machine.kernels(), states));
        for (int l = 0; l < topology.connections().size(); l++) {
            predictor.parameters.setWeights(l, source.weights(l));
            predictor.parameters.setBiases(l, source.biases(l));
        }
        predictor.parameters.derive(machine.kernels(), workers);
        return predictor;
    }

    /**
     * The class of an image: the one whose output is largest, the first of equals.
     *
     * @param image numbers in [0, 1], by channel, row, column
     * @return its class, from 0
     * @throws BadInputException if it is of another size, or a value lies outside of [0, 1]
     * @throws IllegalStateException if this is closed
     */
    public int classify(float[] image) {
        return Evaluator.answer(outputs(image));
    }

    /**
     * The class of an image: the one whose output is largest, the first of equals.
     *
     * @param image float32 values in [0, 1] in the machine's byte order, by channel, row, column; read by this thread alone
     * @return its class, from 0
     * @throws BadInputException if it is of another size, or a value lies outside of [0, 1]
     * @throws IllegalStateException if this is closed
     */
    public int classify(MemorySegment image) {
        return Evaluator.answer(outputs(image));
    }

    /**
     * What the network answers to an image.
     *
     * @param image numbers in [0, 1], by channel, row, column
     * @return the output layer's activations, or the logits of a softmax readout; one a class
     * @throws BadInputException if it is of another size, or a value lies outside of [0, 1]
     * @throws IllegalStateException if this is closed
     */
    public float[] outputs(float[] image) {
        return outputs(MemorySegment.ofArray(image));
    }

    /**
     * What the network answers to an image.
     *
     * @param image float32 values in [0, 1] in the machine's byte order, by channel, row, column; read by this thread alone
     * @return the output layer's activations, or the logits of a softmax readout; one a class
     * @throws BadInputException if it is of another size, or a value lies outside of [0, 1]
     * @throws IllegalStateException if this is closed
     */
    public float[] outputs(MemorySegment image) {
        CallersImages given = CallersImages.single(image, shape);
        Settling settling = take();
        try {
            if (closed) {
                throw new IllegalStateException("The predictor is closed");
            }
            given.copyTo(0, settling.image(), 0);
            float[] values = new float[classes];
            program.answer(settling, 0, 1, new float[][] {values});
            return values;
        } finally {
            idle.add(settling);
        }
    }

    private Settling take() {
        try {
            return idle.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkFailedException("The thread was interrupted while it waited for a state to settle in.", e);
        }
    }

    /** Waits for the images that are settling and gives the memory back; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Settling> all = new ArrayList<>();
        boolean interrupted = false;
        while (all.size() < states) {
            try {
                all.add(idle.take());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        memory.close();
        idle.addAll(all); // those who wait take one, and find this closed
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
