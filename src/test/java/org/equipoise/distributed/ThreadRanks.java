package org.equipoise.distributed;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.equipoise.error.WorkFailedException;
import org.equipoise.memory.MemoryPlan;
import org.jspecify.annotations.Nullable;

/** Ranks that are threads of one JVM, each of which sees the others through memory. One that fails ends all. */
public final class ThreadRanks {
    private final int size;
    private int arrived;
    private long meetings;
    private final long[][] gathered;
    private final Map<Message, byte[]> mail = new HashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private byte[] broadcast = new byte[0];

    private record Message(int from, int to, int tag, long number) {}

    private ThreadRanks(int size) {
        this.size = size;
        this.gathered = new long[size][];
    }

    /**
     * Runs a program on every rank.
     *
     * @param size how many ranks
     * @param program what each does
     * @return what it came to on each
     */
    public static <T> List<T> run(int size, Function<Communicator, T> program) {
        ThreadRanks ranks = new ThreadRanks(size);
        List<@Nullable T> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            int number = rank;
            results.add(null);
            threads.add(Thread.ofPlatform().name("rank " + rank).start(() -> {
                try (Communicator communicator = ranks.new Rank(number)) {
                    T result = program.apply(communicator);
                    synchronized (results) {
                        results.set(number, result);
                    }
                } catch (RuntimeException | Error e) {
                    ranks.fail(e);
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        Throwable failed = ranks.failure.get();
        if (failed instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failed instanceof Error error) {
            throw error;
        }
        List<T> all = new ArrayList<>();
        results.forEach(result -> {
            if (result != null) {
                all.add(result);
            }
        });
        return all;
    }

    private void fail(Throwable thrown) {
        synchronized (mail) {
            failure.compareAndSet(null, thrown);
            mail.notifyAll();
        }
    }

    private static WorkFailedException ended() {
        return new WorkFailedException("Another rank has failed.");
    }

    private final class Rank implements Communicator {
        private final int rank;
        private final Map<Message, Long> numbers = new HashMap<>();
        private long bytes;

        Rank(int rank) {
            this.rank = rank;
        }

        @Override
        public int rank() {
            return rank;
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public String description() {
            return "threads";
        }

        @Override
        public List<MemoryPlan> plans() {
            return List.of();
        }

        private void meet() {
            synchronized (mail) {
                long meeting = meetings;
                if (++arrived == size) {
                    arrived = 0;
                    meetings++;
                    mail.notifyAll();
                }
                while (meeting == meetings) {
                    pause();
                }
            }
        }

        /** Waits for others with the mail in hand. */
        private void pause() {
            if (failure.get() != null) {
                throw ended();
            }
            try {
                mail.wait();
            } catch (InterruptedException e) {
                throw ended();
            }
        }

        @Override
        public long[][] gather(long[] values) {
            gathered[rank] = values.clone();
            meet();
            long[][] all = new long[size][];
            for (int r = 0; r < size; r++) {
                all[r] = gathered[r].clone();
                if (all[r].length != values.length) {
                    throw new IllegalStateException("Rank " + r + " gathers " + all[r].length + " values and rank "
                            + rank + " " + values.length);
                }
            }
            meet();
            return all;
        }

        @Override
        public void broadcast(MemorySegment data) {
            if (rank == 0) {
                broadcast = data.toArray(ValueLayout.JAVA_BYTE);
            }
            meet();
            if (rank > 0) {
                MemorySegment.copy(broadcast, 0, data, ValueLayout.JAVA_BYTE, 0, broadcast.length);
            }
            meet();
        }

        @Override
        public void sum(MemorySegment floats) {
            float[] mine = floats.toArray(ValueLayout.JAVA_FLOAT);
            long[] bits = new long[mine.length];
            for (int i = 0; i < mine.length; i++) {
                bits[i] = Float.floatToRawIntBits(mine[i]);
            }
            long[][] all = gather(bits);
            for (int i = 0; i < mine.length; i++) {
                float sum = 0;
                for (long[] theirs : all) {
                    sum += Float.intBitsToFloat((int) theirs[i]);
                }
                floats.setAtIndex(ValueLayout.JAVA_FLOAT, i, sum);
            }
            bytes += floats.byteSize();
        }

        @Override
        public Transfers transfers(MemorySegment requests) {
            return new Mailbox(requests.byteSize() / Long.BYTES);
        }

        @Override
        public ExchangeCount count() {
            return new ExchangeCount(bytes, 0);
        }

        @Override
        public void abort(int exitCode) {
            fail(ended());
        }

        @Override
        public void close() {
            // Threads end by themselves.
        }

        private Message message(int from, int to, int tag) {
            Message first = new Message(from, to, tag, 0);
            return new Message(from, to, tag, numbers.merge(first, 1L, Long::sum));
        }

        private record Expected(MemorySegment place, Message message) {}

        private final class Mailbox implements Transfers {
            private final long most;
            private final List<Expected> expected = new ArrayList<>();
            private int requests;

            Mailbox(long most) {
                this.most = most;
            }

            private void begin() {
                if (++requests > most) {
                    throw new IllegalStateException("There is room for " + most + " messages");
                }
            }

            @Override
            public void send(MemorySegment data, int to, int tag) {
                if (data.byteSize() == 0) {
                    return;
                }
                begin();
                bytes += data.byteSize();
                synchronized (mail) {
                    mail.put(message(rank, to, tag), data.toArray(ValueLayout.JAVA_BYTE));
                    mail.notifyAll();
                }
            }

            @Override
            public void receive(MemorySegment data, int from, int tag) {
                if (data.byteSize() == 0) {
                    return;
                }
                begin();
                expected.add(new Expected(data, message(from, rank, tag)));
            }

            @Override
            public boolean done() {
                synchronized (mail) {
                    expected.removeIf(this::arrived);
                }
                requests = expected.isEmpty() ? 0 : requests;
                return expected.isEmpty();
            }

            private boolean arrived(Expected awaited) {
                byte[] data = mail.remove(awaited.message());
                if (data == null) {
                    return false;
                }
                if (data.length != awaited.place().byteSize()) {
                    throw new IllegalStateException("A message has " + data.length + " bytes where "
                            + awaited.place().byteSize() + " were expected");
                }
                MemorySegment.copy(data, 0, awaited.place(), ValueLayout.JAVA_BYTE, 0, data.length);
                return true;
            }

            @Override
            public void await() {
                synchronized (mail) {
                    while (!done()) {
                        pause();
                    }
                }
            }
        }
    }
}
