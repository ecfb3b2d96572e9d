package org.equipoise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.equipoise.cli.CommandHarness.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/tutorial.md, in their order, on few images. */
class TutorialTest {
    private static final Pattern BLOCK = Pattern.compile("^```sh\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String COMMAND = "./equipoise ";

    /** What the commands leave behind, which here goes into a folder of the test's own. */
    private static final Pattern LEFT_BEHIND =
            Pattern.compile("runs/.*|my\\.yaml|compared\\.html|first\\.(safetensors|npz|nir)");

    @TempDir
    Path folder;

    @Test
    void everyCommandOfTheTutorialWorks() throws IOException {
        List<String> commands = commands();
        assertTrue(commands.size() > 10, () -> "commands: " + commands);
        CommandHarness bench = new CommandHarness(folder);
        for (String command : commands) {
            String[] parts = command.substring(COMMAND.length()).split(" > ", 2);
            Outcome outcome = bench.run(quicker(words(parts[0])).toArray());
            assertEquals(0, outcome.exitCode(), () -> command + "\n" + outcome.err());
            if (parts.length == 2) {
                bench.write(parts[1], outcome.out());
            }
        }
        for (String file :
                List.of("runs/first/report.html", "compared.html", "first.safetensors", "first.npz", "first.nir")) {
            assertTrue(Files.size(folder.resolve(file)) > 1000, file);
        }
    }

    private static List<String> commands() throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(Path.of("docs/tutorial.md")));
        List<String> commands = new ArrayList<>();
        while (blocks.find()) {
            blocks.group(1).lines().forEach(line -> {
                assertTrue(line.startsWith(COMMAND), line);
                commands.add(line);
            });
        }
        return commands;
    }

    /** A command's words as a shell sees them, its files in the folder of the test. */
    private List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .map(word -> LEFT_BEHIND.matcher(word).matches()
                        ? folder.resolve(word).toString()
                        : word)
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The same command on fewer images. */
    private static List<String> quicker(List<String> words) {
        switch (words.getFirst()) {
            case "train" -> {
                if (words.contains("--resume")) {
                    words.set(words.indexOf("--epochs") + 1, "2");
                } else {
                    words.addAll(List.of("--train-limit", "60", "--test-limit", "20", "--epochs", "1"));
                }
                if (words.contains("--hold-out")) {
                    words.set(words.indexOf("--hold-out") + 1, "20");
                }
                words.add("--quiet");
            }
            case "eval" -> words.addAll(List.of("--test-limit", "20"));
            case "export" -> {
                if (words.contains("nir")) {
                    words.addAll(List.of("--test-limit", "20", "--calibrate", "20"));
                }
            }
            default -> {}
        }
        return words;
    }
}
