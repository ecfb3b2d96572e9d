package org.equipoise.learning;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.config.ParticleStore;
import org.equipoise.dynamics.PersistentStates;
import org.equipoise.dynamics.Settling;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.Account;
import org.equipoise.memory.MemoryScope;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Topology;
import org.equipoise.tensor.FloatTensor;
import org.jspecify.annotations.Nullable;

/**
 * The activations that each training example last settled in without nudging, from which its next free phase starts: the persistent
 * particles of Scellier and Bengio 2017. All start at zero.
 *
 * <p>They lie in memory of the ledger, or in a file that is mapped into memory, which the operating system may page out and which is gone
 * when the process ends. A checkpoint keeps {@link #states()} either way.
 *
 * <p>Examples of one batch may be restored and kept by several threads at once.
 */
public final class Particles implements PersistentStates, AutoCloseable {
    private static final int BYTES_AT_ONCE = 1 << 18;

    private final Topology topology;
    private final int examples;
    private final boolean inFile;
    private final MemoryScope.Holding memory;
    /** Where they lie in a file, none until that is made. */
    private final List<FloatTensor> states = new ArrayList<>();

    private @Nullable Arena mapping;
    private int[] order = {};
    private int firstOfBatch;

    private Particles(MemoryScope memory, boolean inFile, Topology topology, int examples) {
        this.topology = topology;
        this.examples = examples;
        this.inFile = inFile;
        this.memory = memory.holding();
        for (int l = 1; !inFile && l <= topology.depth(); l++) {
            states.add(FloatTensor.in(memory, Account.STATES, name(l), topology.layout(l), examples));
        }
    }

    /**
     * @param memory where the memory of the whole comes from that they are a part of
     * @param store where they are kept, if at all
     * @param topology the network
     * @param examples how many training examples there are
     * @return the particles, all zero, or null if none are kept; where they are kept in a file, {@link #makeFile} must run first
     */
    public static @Nullable Particles in(MemoryScope memory, ParticleStore store, Topology topology, int examples) {
        return store == ParticleStore.NONE
                ? null
                : memory.part(
                        "particles", part -> new Particles(part, store == ParticleStore.FILE, topology, examples));
    }

    /**
     * @param layer 1 for the first hidden layer
     * @return what its particles are called, in memory plans and checkpoints
     */
    public static String name(int layer) {
        return "particles.l" + layer;
    }

    /**
     * Makes the file, where the particles are to lie in one and there is none yet. All of it is written, so that a disk that is too small
     * is noticed now. Its name is removed at once and its space when this is closed or the process ends, however it ends.
     *
     * @param file where to make it, a name that no file has
     * @throws WorkFailedException if that cannot be done
     */
    public void makeFile(Path file) {
        if (!inFile || !states.isEmpty()) {
            return;
        }
        long bytes = 0;
        for (int l = 1; l <= topology.depth(); l++) {
            bytes += bytes(l);
        }
        Arena arena = Arena.ofShared();
        mapping = arena;
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            writeZeros(channel, bytes);
            long position = 0;
            for (int l = 1; l <= topology.depth(); l++) {
                MemorySegment segment = channel.map(FileChannel.MapMode.READ_WRITE, position, bytes(l), arena);
                states.add(new FloatTensor(segment, topology.layout(l), examples));
                position += bytes(l);
            }
        } catch (IOException e) {
            states.clear();
            throw new WorkFailedException(
                    "The particles of " + examples + " examples need a file of " + MemorySize.format(bytes) + " in "
                            + file.toAbsolutePath().getParent() + ", which could not be written: " + IoReason.of(e)
                            + ".",
                    e);
        }
    }

    private long bytes(int layer) {
        return FloatTensor.floatsNeeded(topology.layout(layer), examples) * Float.BYTES;
    }

    private static void writeZeros(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(BYTES_AT_ONCE);
        for (long left = bytes; left > 0; ) {
            zeros.clear().limit((int) Math.min(BYTES_AT_ONCE, left));
            left -= channel.write(zeros);
        }
        channel.force(false);
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
        memory.close();
        if (mapping != null) {
            mapping.close();
        }
    }
}
