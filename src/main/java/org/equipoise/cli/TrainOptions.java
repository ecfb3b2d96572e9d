package org.equipoise.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of {@code train} alone. */
final class TrainOptions {
    private static final Map<String, String> EXCHANGES = Map.of("32", "float32", "16", "bfloat16");

    @Option(names = "--epochs", paramLabel = "N", description = "Sets training.epochs.")
    @Nullable
    Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Sets training.batch.")
    @Nullable
    Integer batch;

    @Option(names = "--seed", paramLabel = "N", description = "Sets training.seed.")
    @Nullable
    Long seed;

    @Option(
            names = "--hold-out",
            paramLabel = "N",
            description =
                    "Test with the last N training images, which are not learnt from, in place of the test images: for"
                            + " choosing settings.")
    @Nullable
    Integer holdOut;

    @Option(
            names = "--init",
            paramLabel = "FILE|RUN",
            description = "Start from the parameters of this safetensors file, or of a run's last checkpoint.")
    @Nullable
    Path init;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder of the run, new or empty (default: a new one in runs/).")
    @Nullable
    Path out;

    @Option(
            names = "--continue",
            description =
                    "Begin the run in --out, go on with it if it is there, or tell its result if it is finished: the same"
                            + " command may be given again and again. Settings other than the run's are refused; more epochs make it longer.")
    boolean goOn;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Go on with the run in this folder from its last checkpoint, with its settings and data;"
                    + " --epochs makes it longer, and a cosine of learning rates then spans the longer run.")
    @Nullable
    Path resume;

    @Option(
            names = "--checkpoint-minutes",
            paramLabel = "N",
            defaultValue = "5",
            description = "Save the run at least so often, also within an epoch; 0 saves it after every batch (default:"
                    + " ${DEFAULT-VALUE}).")
    Duration checkpointEvery = Duration.ofMinutes(5);

    @Option(
            names = "--dry-run",
            description =
                    "Check everything, print layers, parameters, memory and about how long it would take, and stop"
                            + " before training.")
    boolean dryRun;

    @Option(
            names = "--estimate",
            paramLabel = "S",
            converter = Converters.Seconds.class,
            defaultValue = "6",
            description =
                    "How many seconds --dry-run measures this machine for its estimate (default: ${DEFAULT-VALUE}).")
    double estimate;

    @Option(names = "--no-estimate", description = "Let --dry-run measure nothing and estimate no time.")
    boolean noEstimate;

    @Option(
            names = "--tensorboard",
            description =
                    "Also write the run for TensorBoard, into the folder tensorboard of the run: scalars, histograms and"
                            + " pictures. A run that has that folder goes on writing it when it is resumed.")
    boolean tensorBoard;

    @Option(
            names = "--distributed",
            paramLabel = "mpi",
            description =
                    "Share each batch among the processes that mpirun or srun has started; see docs/cluster.md. A batch is cut"
                            + " into 8 shards, unless the settings cut it already, and at most so many processes may take part;"
                            + " their number does not change the result.")
    @Nullable
    Distribution distributed;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Sets training.shards: into how many parts a batch is cut. The result depends on it.")
    @Nullable
    Integer shards;

    @Option(
            names = "--reduction",
            paramLabel = "KIND",
            description =
                    "Sets training.reduction: ordered, the usual, or fast, with which the result depends on the number of"
                            + " processes.")
    @Nullable
    String reduction;

    @Option(
            names = "--exchange",
            paramLabel = "BITS",
            description =
                    "Sets training.exchange: 32, the usual, or 16, which halves the traffic and rounds gradients to bfloat16.")
    @Nullable
    String exchange;

    /** What connects the processes of a run. */
    enum Distribution {
        /** An installed MPI library. */
        MPI
    }

    @Option(names = "--quiet", description = "Do not tell how it goes.")
    boolean quiet;

    /** {@return the options that stand for settings, as settings} */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        NetworkOptions.set(settings, "training.epochs", epochs);
        NetworkOptions.set(settings, "training.batch", batch);
        NetworkOptions.set(settings, "training.seed", seed);
        NetworkOptions.set(settings, "training.shards", shards);
        NetworkOptions.set(settings, "training.reduction", reduction);
        NetworkOptions.set(
                settings, "training.exchange", exchange == null ? null : EXCHANGES.getOrDefault(exchange, exchange));
        return settings;
    }

    /** {@return whether there are options that a resumed run cannot change} */
    boolean fixedByTheRun() {
        return out != null
                || goOn
                || init != null
                || batch != null
                || seed != null
                || shards != null
                || reduction != null
                || exchange != null
                || dryRun;
    }
}
