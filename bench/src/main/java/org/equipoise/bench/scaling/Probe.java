package org.equipoise.bench.scaling;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.equipoise.config.Configuration;
import org.equipoise.config.ImageShape;
import org.equipoise.config.Presets;
import org.equipoise.config.ShardSettings.Exchange;
import org.equipoise.data.Dataset;
import org.equipoise.data.IdxArray;
import org.equipoise.data.ImageSet;
import org.equipoise.distributed.Communicator;
import org.equipoise.distributed.ExchangeCount;
import org.equipoise.distributed.OrderedReduction;
import org.equipoise.distributed.Share;
import org.equipoise.distributed.SingleProcess;
import org.equipoise.distributed.mpi.MpiCommunicator;
import org.equipoise.distributed.mpi.MpiLibrary;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.Ledger;
import org.equipoise.network.Topology;
import org.equipoise.parallel.Workers;
import org.equipoise.random.CounterRandom;
import org.equipoise.training.EpochMetrics;
import org.equipoise.training.Machine;
import org.equipoise.training.Progress;
import org.equipoise.training.Trainer;
import org.equipoise.training.TrainingState;
import org.equipoise.training.TrainingListener;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures one thing and prints it as a line of JSON, on rank 0 where there are ranks.
 *
 * <p>{@code training PRESET IMAGES FREE NUDGE SECONDS}: batches of so many images with phases of so many steps, on one thread a rank.
 * {@code exchange VALUES SECONDS}: sums of so many float32 values, in one piece and with nothing computed meanwhile.
 */
final class Probe {
    private static final int SHARDS = 8;
    private static final int BATCHES = 64;

    private Probe() {}

    /**
     * @param arguments what to measure
     */
    public static void main(String[] arguments) {
        Ledger ledger = Ledger.unlimited();
        boolean alone = !System.getenv().containsKey("OMPI_COMM_WORLD_SIZE")
                && !System.getenv().containsKey("PMI_SIZE");
        try (Communicator ranks = alone
                ? SingleProcess.INSTANCE
                : MpiCommunicator.join(MpiLibrary.load(System.getenv()), System.getenv(), ledger)) {
            Map<String, Object> result = switch (arguments[0]) {
                case "training" -> training(ranks, ledger, List.of(arguments));
                case "exchange" ->
                    exchange(ranks, ledger, Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2]));
                default -> throw new IllegalArgumentException(arguments[0] + " cannot be measured");
            };
            if (ranks.rank() == 0) {
                System.out.println(JsonMapper.shared().writeValueAsString(result));
            }
        }
    }

    private static Map<String, Object> training(Communicator ranks, Ledger ledger, List<String> arguments) {
        String preset = arguments.get(1);
        int images = Integer.parseInt(arguments.get(2));
        int free = Integer.parseInt(arguments.get(3));
        int nudge = Integer.parseInt(arguments.get(4));
        double seconds = Double.parseDouble(arguments.get(5));
        // A process alone computes as it does without shards.
        Configuration configuration = Presets.read(
                preset,
                List.of(
                        "training.batch=" + images,
                        "phases.free=" + free,
                        "phases.nudge=" + nudge,
                        "training.epochs=1000000",
                        "training.shards=" + (ranks.size() == 1 ? 1 : SHARDS)));
        Machine machine = new Machine(KernelSelection.ofThisJvm().kernels(), 1, ledger, ranks);
        Timing timing = new Timing(ranks, seconds);
        Dataset dataset = images(configuration);
        try (TrainingState state = TrainingState.open(configuration, dataset.train(), machine)) {
            Trainer trainer = new Trainer(configuration, dataset, machine, state);
            EpochMetrics epoch = trainer.trainEpoch(timing::over, timing, () -> {});
            while (epoch != null) {
                epoch = trainer.trainEpoch(timing::over, timing, () -> {});
            }
        }
        Topology topology = Topology.of(configuration.network());
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("what", "training");
        result.put("preset", preset);
        result.put("ranks", ranks.size());
        result.put("images", images);
        result.put("steps", configuration.stepsPerExample());
        result.put("pieces", topology.connections().size() + 1);
        result.put("gradientBytes", gradientBytes(topology));
        timing.addTo(result);
        return result;
    }

    /** What is exchanged of a network, with pooling folded in and lanes that pad channels, as {@code learning} lays gradients out. */
    private static long gradientBytes(Topology topology) {
        return topology.connections().stream()
                .mapToLong(connection -> (connection.geometry().forwardRows() + 1L)
                        * connection.layer().channelStride()
                        * Float.BYTES)
                .sum();
    }

    /** Batches for so long, after half as long in which the code warms up; then all ranks stop together. */
    private static final class Timing implements TrainingListener {
        private final Communicator ranks;
        private final double seconds;
        private final long begun = System.nanoTime();
        private long start;
        private ExchangeCount before = ExchangeCount.NONE;
        private int batches = -1;
        private long end;
        private ExchangeCount after = ExchangeCount.NONE;

        Timing(Communicator ranks, double seconds) {
            this.ranks = ranks;
            this.seconds = seconds;
        }

        @Override
        public void batchDone(Progress progress, int all, double[] firingRates, double sampleStepsPerSecond) {
            end = System.nanoTime();
            after = ranks.count();
            if (batches >= 0) {
                batches++;
            } else if ((end - begun) / 1e9 >= seconds / 2) {
                start = end;
                before = after;
                batches = 0;
            }
        }

        boolean over() {
            return batches > 0 && (end - start) / 1e9 >= seconds;
        }

        void addTo(Map<String, Object> result) {
            ExchangeCount mine = after.since(before);
            long bytes = 0;
            long nanos = 0;
            for (long[] theirs : ranks.gather(new long[] {mine.bytes(), mine.nanos()})) {
                bytes += theirs[0];
                nanos += theirs[1];
            }
            result.put("batches", batches);
            result.put("secondsPerBatch", (end - start) / 1e9 / batches);
            result.put("exchangeSecondsPerBatch", nanos / 1e9 / ranks.size() / batches);
            result.put("exchangedBytesPerBatch", bytes / batches);
        }
    }

    /** Random pixels for many batches, and one image to test, which then hardly counts. */
    private static Dataset images(Configuration configuration) {
        ImageShape shape = configuration.network().input();
        int classes = configuration.network().classes();
        ImageSet train = images(BATCHES * configuration.training().batch(), shape, classes);
        List<String> names =
                IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        return new Dataset("random images", train, images(1, shape, classes), names, "none", "drawn to be measured");
    }

    private static ImageSet images(int count, ImageShape shape, int classes) {
        CounterRandom random = new CounterRandom(1, 0);
        byte[] pixels = new byte[Math.multiplyExact(count, shape.channels() * shape.height() * shape.width())];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.bits(i);
        }
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        return ImageSet.of(
                "random images",
                new IdxArray(new int[] {count, shape.height(), shape.width(), shape.channels()}, pixels),
                new IdxArray(new int[] {count}, labels),
                classes);
    }

    private static Map<String, Object> exchange(Communicator ranks, Ledger ledger, int values, double seconds) {
        Share share = new Share(ranks.size(), ranks.size(), ranks.rank());
        int rounds = 0;
        long start = 0;
        long nanos = 0;
        try (Arena arena = Arena.ofShared();
                Workers workers = new Workers(1)) {
            MemorySegment sums = arena.allocate((long) values * Float.BYTES, Long.BYTES);
            try (OrderedReduction reduction = ledger.open(memory -> OrderedReduction.in(
                    memory, ranks, share, Exchange.FLOAT32, List.of((long) values), workers))) {
                boolean goOn = true;
                for (int round = -2; goOn; round++) {
                    if (round == 0) {
                        start = System.nanoTime();
                    }
                    reduction.begin(0, List.of(sums));
                    reduction.finish();
                    nanos = System.nanoTime() - start;
                    // Asked now and then, so that asking hardly counts.
                    goOn = round < 0 || round % 16 != 15 || !ranks.any(nanos / 1e9 >= seconds);
                    rounds = round + 1;
                }
            }
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("what", "exchange");
        result.put("library", ranks.description());
        result.put("ranks", ranks.size());
        result.put("bytes", (long) values * Float.BYTES);
        result.put("rounds", rounds);
        result.put("seconds", nanos / 1e9 / rounds);
        return result;
    }
}
