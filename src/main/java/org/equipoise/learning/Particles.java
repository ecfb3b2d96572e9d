package org.equipoise.learning;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.ParticleStore;
import org.equipoise.dynamics.PersistentStates;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.Account;
import org.equipoise.memory.Ledger;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.memory.OffHeapArena;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The activations that each training example last settled in without nudging, from which its next free phase starts: the persistent
 * particles of Scellier and Bengio 2017. All start at zero.
 *
 * <p>They lie in memory of the ledger or in a temporary file that is mapped into memory, which the operating system may page out and
 * which is gone when the process ends. A checkpoint keeps {@link #states()} either way.
 *
 * <p>Examples of one batch may be restored and kept by several threads at once.
 */
public final class Particles implements PersistentStates, AutoCloseable {
    private final List<FloatTensor> states = new ArrayList<>();
    private final Runnable release;
    private int[] order = {};
    private int firstOfBatch;

    private Particles(Topology topology, int examples, Runnable release, Segments segments) {
        this.release = release;
        for (int l = 1; l <= topology.depth(); l++) {
            states.add(new FloatTensor(segments.of(l), topology.layout(l), examples));
        }
    }

    /** Where a layer's particles lie. */
    @FunctionalInterface
    private interface Segments {
        MemorySegment of(int layer);
    }

    /**
     * @param store where they are kept, if at all
     * @param topology the network
     * @param examples how many training examples there are
     * @param ledger where memory is entered
     * @return the particles, all zero, or null if none are kept
     * @throws WorkFailedException if the temporary file cannot be made
     */
    public static @Nullable Particles open(ParticleStore store, Topology topology, int examples, Ledger ledger) {
        return switch (store) {
            case NONE -> null;
            case MEMORY -> {
                OffHeapArena arena = ledger.open(memoryPlan(topology, examples));
                yield new Particles(topology, examples, arena::close, layer -> arena.segment(name(layer)));
            }
            case FILE -> mapped(topology, examples);
        };
    }

    /**
     * @param store where particles are kept, if at all
     * @param topology the network
     * @param examples how many training examples there are
     * @return the memory they take of the budget; nothing in a file
     */
    public static Optional<MemoryPlan> plan(ParticleStore store, Topology topology, int examples) {
        return store == ParticleStore.MEMORY ? Optional.of(memoryPlan(topology, examples)) : Optional.empty();
    }

    private static MemoryPlan memoryPlan(Topology topology, int examples) {
        MemoryPlan.Builder plan = MemoryPlan.ownedBy("particles");
        for (int l = 1; l <= topology.depth(); l++) {
            plan.floats(Account.STATES, name(l), FloatTensor.floatsNeeded(topology.layout(l), examples));
        }
        return plan.build();
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return what its particles are called, in memory plans and checkpoints
     */
    public static String name(int layer) {
        return "particles.l" + layer;
    }

    private static Particles mapped(Topology topology, int examples) {
        Arena arena = Arena.ofShared();
        try {
            Path file = Files.createTempFile("equipoise-particles", ".bin");
            List<MemorySegment> segments = new ArrayList<>();
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                long position = 0;
                for (int l = 1; l <= topology.depth(); l++) {
                    long bytes = FloatTensor.floatsNeeded(topology.layout(l), examples) * Float.BYTES;
                    segments.add(channel.map(FileChannel.MapMode.READ_WRITE, position, bytes, arena));
                    position += bytes;
                }
            }
            return new Particles(topology, examples, arena::close, layer -> segments.get(layer - 1));
        } catch (IOException e) {
            arena.close();
            throw new WorkFailedException(
                    "The temporary file of the particles cannot be made in " + System.getProperty("java.io.tmpdir")
                            + ": " + e.getMessage() + ".",
                    e);
        }
    }

    /**
     * Says which examples the next batch is of.
     *
     * @param examples the order of an epoch
     * @param first where in it the batch begins
     */
    public void select(int[] examples, int first) {
        order = examples;
        firstOfBatch = first;
    }

    @Override
    public void restore(Settling settling, int firstImage, int images) {
        for (int l = 1; l <= states.size(); l++) {
            for (int i = 0; i < images; i++) {
                settling.states(l).copyFrom(i, states.get(l - 1), example(firstImage + i), 1);
            }
        }
    }

    @Override
    public void keep(Settling settling, int firstImage, int images) {
        for (int l = 1; l <= states.size(); l++) {
            for (int i = 0; i < images; i++) {
                states.get(l - 1).copyFrom(example(firstImage + i), settling.states(l), i, 1);
            }
        }
    }

    private int example(int image) {
        return order[firstOfBatch + image];
    }

    /** {@return the particles of each layer, from the first hidden one, by example} */
    public List<FloatTensor> states() {
        return List.copyOf(states);
    }

    @Override
    public void close() {
        release.run();
    }
}
