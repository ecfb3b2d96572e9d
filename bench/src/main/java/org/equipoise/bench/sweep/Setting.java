package org.equipoise.bench.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One way to run {@code equipoise bench}.
 *
 * @param batch images of a batch
 * @param free steps of the free phase
 * @param bits width of the vectors, 0 for scalar code
 * @param threads how many threads
 * @param gain factor on the initial parameters
 * @param trained whether it starts from the trained model
 */
record Setting(int batch, int free, int bits, int threads, double gain, boolean trained) {
    Setting withBatch(int value) {
        return new Setting(value, free, bits, threads, gain, trained);
    }

    Setting withFree(int value) {
        return new Setting(batch, value, bits, threads, gain, trained);
    }

    Setting withBits(int value) {
        return new Setting(batch, free, value, threads, gain, trained);
    }

    Setting withThreads(int value) {
        return new Setting(batch, free, bits, value, gain, trained);
    }

    Setting withGain(double value) {
        return new Setting(batch, free, bits, threads, value, trained);
    }

    Setting fromTheModel() {
        return new Setting(batch, free, bits, threads, gain, true);
    }

    /** {@return the command that measures it} */
    List<String> command(SweepOptions options) {
        List<String> command = new ArrayList<>();
        command.add(options.launcher().toString());
        if (bits == 0) {
            command.add("-Dequipoise.kernels=scalar");
        } else {
            command.add("-Dequipoise.vectorBits=" + bits);
            command.add("-Dequipoise.requireVector=true");
        }
        command.addAll(List.of("bench", "--preset", options.preset(), "--data", options.data()));
        command.addAll(List.of("--set", "phases.free=" + free, "--set", "phases.nudge=" + options.nudge()));
        command.addAll(List.of("--batch", Integer.toString(batch), "--threads", Integer.toString(threads)));
        command.addAll(List.of("--seconds", number(options.seconds()), "--warm-up", number(options.warmUp())));
        if (gain != 1) {
            command.addAll(List.of("--gain", number(gain)));
        }
        if (trained) {
            command.addAll(List.of("--model", String.valueOf(options.model())));
        }
        command.add("--json");
        command.addAll(options.more());
        return command;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%s", value == Math.rint(value) ? (Object) (long) value : (Object) value);
    }
}
