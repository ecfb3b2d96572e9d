package org.equipoise.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.equipoise.training.CheckedCheckpoint;
import org.equipoise.training.RunCheck;
import org.jspecify.annotations.Nullable;

/**
 * Kills training processes by SIGKILL at random moments. After every kill the folder that is left must be whole, and a copy of it is
 * trained to its end in this process, which must be the end of a run that nothing interrupted. The folder itself goes on in the next
 * process, with another number of threads and another width of vectors, and is killed again, until it ends by itself.
 */
final class KillExperiment {
    /** When a process is killed. */
    enum Moment {
        /** Any time from the start of the JVM until it trains: the checkpoint is being read, or the first being written. */
        STARTING,
        /** Any time while it trains. */
        TRAINING,
        /** When a file that is being written has been seen. */
        WRITING
    }

    /**
     * One kill.
     *
     * @param moment what it was aimed at
     * @param arithmetic of the process
     * @param threads of the process
     * @param millis age of the process
     * @param unfinished whether a half-written file was left, so that the kill was inside a write
     * @param epochs epochs done by the last checkpoint that was left, -1 if there was none yet
     * @param batches batches done of the epoch under way
     */
    record Kill(
            Moment moment, String arithmetic, int threads, long millis, boolean unfinished, int epochs, int batches) {}

    /**
     * What came of it. That every run ended alike need not be said: the experiment fails otherwise.
     *
     * @param kills every kill
     * @param ended runs that ended by themselves after one or more kills
     * @param end what all ends have in common
     */
    record Outcome(List<Kill> kills, int ended, List<String> end) {}

    private final Path folder;
    private final SmallRun small;
    private final Random random;
    private final List<String> arithmetics;
    private final List<Kill> kills = new ArrayList<>();
    private int ended;
    private long startNanos;
    private long trainNanos;
    private List<String> end = List.of();

    /**
     * @param folder where runs come and go
     * @param epochs how long they are
     * @param seed what moments, threads and arithmetics are drawn from
     * @param arithmetics {@code scalar} or widths of vectors, of which each process gets one
     */
    KillExperiment(Path folder, int epochs, long seed, List<String> arithmetics) throws IOException {
        this.folder = folder;
        this.small = SmallRun.in(folder, epochs);
        this.random = new Random(seed);
        this.arithmetics = List.copyOf(arithmetics);
    }

    /**
     * @param wanted how many processes to kill
     * @param progress run after every kill whose run has been found whole and finished
     */
    void run(int wanted, Runnable progress) throws IOException, InterruptedException {
        withoutKills();
        Path run = folder.resolve("run");
        while (kills.size() < wanted) {
            Kill kill = killOne(run);
            if (kill == null) {
                requireSameEnd(run);
                SmallRun.delete(run);
                ended++;
                continue;
            }
            if (kill.epochs() < 0) {
                SmallRun.delete(run);
            } else {
                finishCopy(run);
            }
            kills.add(kill);
            progress.run();
        }
        SmallRun.delete(run);
    }

    /** {@return what has come of it so far} */
    Outcome outcome() {
        return new Outcome(List.copyOf(kills), ended, end);
    }

    /** The end that all must reach, and how long a process takes. */
    private void withoutKills() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        try (Victim process = new Victim("scalar", small.command(whole, 1), whole)) {
            process.awaitOpened();
            startNanos = process.age();
            requireEnd(process);
            trainNanos = process.age() - startNanos;
        }
        end = SmallRun.fingerprint(whole);
        SmallRun.delete(whole);
    }

    /** {@return the kill, or null if the run has ended before it} */
    private @Nullable Kill killOne(Path run) throws IOException, InterruptedException {
        Moment moment = Moment.values()[random.nextInt(Moment.values().length)];
        String arithmetic = arithmetics.get(random.nextInt(arithmetics.size()));
        int threads = 1 + random.nextInt(3);
        double when = random.nextDouble();
        try (Victim victim = new Victim(arithmetic, small.command(run, threads), run)) {
            switch (moment) {
                case STARTING -> victim.awaitNanosFromStart((long) (when * startNanos));
                case TRAINING -> {
                    victim.awaitOpened();
                    victim.awaitNanosFromStart(victim.age() + (long) (when * trainNanos / 2));
                }
                case WRITING -> {
                    victim.awaitOpened();
                    victim.awaitNanosFromStart(victim.age() + (long) (when * trainNanos / 4));
                    victim.awaitUnfinishedFile();
                }
            }
            long age = victim.age();
            if (!victim.kill()) {
                requireEnd(victim);
                return null;
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(age);
            boolean unfinished = victim.hasUnfinishedFile();
            if (!SmallRun.hasCheckpoint(run)) {
                return new Kill(moment, arithmetic, threads, millis, unfinished, -1, 0);
            }
            CheckedCheckpoint last = last(SmallRun.requireSound(run));
            return new Kill(moment, arithmetic, threads, millis, unfinished, last.epochs(), last.batches());
        }
    }

    private static CheckedCheckpoint last(RunCheck check) {
        return check.checkpoints().stream()
                .filter(checkpoint -> checkpoint.file().startsWith("last"))
                .findFirst()
                .orElseThrow();
    }

    private void finishCopy(Path run) throws IOException {
        Path copy = folder.resolve("copy");
        SmallRun.copy(run, copy);
        small.finish(copy, 1 + random.nextInt(3));
        requireSameEnd(copy);
        SmallRun.delete(copy);
    }

    private static void requireEnd(Victim process) throws InterruptedException {
        int exitCode = process.waitForEnd();
        if (exitCode != 0) {
            throw new AssertionError("A process ended with " + exitCode + ": " + process.errors());
        }
    }

    private void requireSameEnd(Path run) throws IOException {
        List<String> found = SmallRun.fingerprint(run);
        if (!found.equals(end)) {
            throw new AssertionError("The run in " + run + " ended with " + found + "; " + end + " was expected");
        }
        if (!Files.exists(run.resolve("best.safetensors"))) {
            throw new AssertionError("The run in " + run + " has no best checkpoint");
        }
    }
}
