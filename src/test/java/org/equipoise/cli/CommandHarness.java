package org.equipoise.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A folder with a tiny data set and a tiny network, and a way to run commands that see nothing else of this machine. */
record CommandHarness(Path folder, Map<String, String> moreVariables) {
    static final int SIDE = 8;
    static final int CLASSES = 3;
    static final int TRAIN_IMAGES = 60;
    static final int TEST_IMAGES = 30;

    /** Some tens of updates of it take a second. */
    static final String NETWORK = """
            network: {input: [1, 8, 8], layers: [{conv: 4, kernel: 3, pool: avg2}, {linear: 6}, {linear: 3}], upsampling: 1.0}
            neuron: {kind: sigma-delta, epsilon: 0.2, lambda: 0.6}
            phases: {free: 12, nudge: 6, beta: 0.9}
            learning: {rates: [0.2, 0.1, 0.1], momentum: 0.5}
            training: {batch: 7, epochs: 2, seed: 3}
            """;

    CommandHarness(Path folder) {
        this(folder, new HashMap<>());
    }

    static CommandHarness in(Path folder) {
        CommandHarness bench = new CommandHarness(folder);
        bench.write("net.yaml", NETWORK);
        bench.idx("data/train", TRAIN_IMAGES);
        bench.idx("data/t10k", TEST_IMAGES);
        return bench;
    }

    /** Sets a variable of the environment for all commands. */
    CommandHarness with(String variable, String value) {
        moreVariables.put(variable, value);
        return this;
    }

    /** What a command left behind. */
    record Outcome(int exitCode, String out, String err) {}

    Outcome run(Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = run(print(out), print(err), args);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    int run(PrintStream out, PrintStream err, Object... args) {
        Map<String, String> variables = new HashMap<>(moreVariables);
        variables.put("EQUIPOISE_DATA", folder.resolve("no-data").toString());
        return Main.run(
                Arrays.stream(args).map(Object::toString).toArray(String[]::new),
                new Environment(out, err, false, false, variables, folder));
    }

    /** Trains the tiny network on the tiny data set. */
    Outcome train(Object... more) {
        Object[] args = {"train", "--config", path("net.yaml"), "--data", path("data")};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return run(all);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] content) {
        try {
            Path file = path(name);
            Files.createDirectories(file.getParent());
            return Files.write(file, content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Images of stripes: each class at another distance, each image at another place. */
    private void idx(String stem, int count) {
        ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count);
        labels.putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = i * 7 % CLASSES;
            labels.put((byte) label);
            for (int p = 0; p < SIDE * SIDE; p++) {
                boolean bright = (p / SIDE + i) % (label + 2) == 0;
                images.put((byte) (bright ? 200 + i % 50 : p % 30));
            }
        }
        write(stem + "-images-idx3-ubyte", images.array());
        write(stem + "-labels-idx1-ubyte", labels.array());
    }

    static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
