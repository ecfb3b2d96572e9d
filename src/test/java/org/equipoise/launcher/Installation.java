package org.equipoise.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A copy of the launcher in a folder of its own, with stand-ins for Java and Maven, on a machine that has no other. */
final class Installation {
    private static final List<String> TOOLS = List.of(
            "cat",
            "cksum",
            "dirname",
            "find",
            "flock",
            "grep",
            "head",
            "locale",
            "mkdir",
            "mkfifo",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sha256sum",
            "sleep",
            "sort",
            "touch",
            "tr",
            "uname",
            "xargs");
    /** Java begins with both streams at the filter, and results go where the launcher says. */
    static final String OUT_AS_THE_PROGRAM =
            "for a in \"$@\"; do case $a in -Dequipoise.stdout=*) exec 1>&${a#*=} ;; esac; done; ";

    private static final Path PROJECT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private final Path root;
    private final String name;
    private final Map<String, String> environment = new TreeMap<>();

    /** What a run of the launcher left behind. */
    record Outcome(long pid, int exit, List<String> out, List<String> err) {}

    Installation(Path root) throws IOException {
        this(root, "an equipoise");
    }

    Installation(Path root, String name) throws IOException {
        this.root = root;
        this.name = name;
        for (String file :
                List.of("equipoise", "mvnw", ".mvn/jdk.sh", ".mvn/start.sh", ".mvn/wrapper/maven-wrapper.properties")) {
            Path copy = home().resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(PROJECT.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.createDirectories(tools());
        for (String tool : TOOLS) {
            for (String folder : List.of("/usr/bin", "/bin")) {
                Path real = Path.of(folder, tool);
                if (Files.exists(real)) {
                    script(tools().resolve(tool), "exec " + real + " \"$@\"");
                }
            }
        }
        environment.put("PATH", tools().toString());
        environment.put("HOME", root.toString());
        environment.put("EQUIPOISE_JDK_FOLDERS", jdks().toString());
    }

    /** The folder of the project, with a blank in its path. */
    Path home() {
        return root.resolve(name);
    }

    Path launcher() {
        return home().resolve("equipoise");
    }

    Path jar() {
        return home().resolve("target/equipoise.jar");
    }

    Path jdks() {
        return root.resolve("jdks");
    }

    private Path tools() {
        return root.resolve("tools");
    }

    Installation with(String name, Object value) {
        environment.put(name, value.toString());
        return this;
    }

    Installation withoutUsualFolders() {
        return with("EQUIPOISE_JDK_FOLDERS", "");
    }

    Installation built() throws IOException {
        Files.createDirectories(jar().getParent());
        Files.writeString(jar(), "");
        return this;
    }

    Installation withTool(String tool, String body) throws IOException {
        script(tools().resolve(tool), body);
        return this;
    }

    Installation without(String tool) throws IOException {
        Files.deleteIfExists(tools().resolve(tool));
        return this;
    }

    Installation withSources() throws IOException {
        Files.createDirectories(home().resolve("src/main/java"));
        Files.writeString(home().resolve("src/main/java/A.java"), "class A {}");
        Files.writeString(home().resolve("pom.xml"), "<project/>");
        return this;
    }

    /** Dates every source. */
    Installation sourcesFrom(Instant time) throws IOException {
        try (Stream<Path> sources = Files.walk(home().resolve("src"))) {
            for (Path source :
                    Stream.concat(sources, Stream.of(home().resolve("pom.xml"))).toList()) {
                Files.setLastModifiedTime(source, FileTime.from(time));
            }
        }
        return this;
    }

    /** A Java that prints its process and its arguments, one a line, and what the shell makes of FAKE_SHOW, says FAKE_ERR, and ends as FAKE_EXIT says. */
    Path jdk(String version, String modules) throws IOException {
        Path jdk = jdks().resolve("jdk-" + version);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\nMODULES=\"" + modules + "\"\n");
        script(
                jdk.resolve("bin/java"),
                OUT_AS_THE_PROGRAM + "echo \"java " + version + "\"; echo $$; for a in \"$@\"; do echo \"$a\"; done; "
                        + "[ -z \"$FAKE_SHOW\" ] || eval \"echo \\\"$FAKE_SHOW\\\"\"; [ -z \"$FAKE_ERR\" ] || echo \"$FAKE_ERR\" >&2; exit ${FAKE_EXIT:-0}");
        script(jdk.resolve("bin/javac"), "exit 1");
        return jdk;
    }

    Path jdk(String version) throws IOException {
        return jdk(version, "java.base jdk.incubator.vector");
    }

    /** A Maven on PATH that notes every call in a file and then does what is said. */
    Installation withMaven(String body) throws IOException {
        script(tools().resolve("mvn"), "echo \"$JAVA_HOME $*\" >> \"$HOME/maven-calls\"; " + body);
        return this;
    }

    List<String> mavenCalls() throws IOException {
        Path calls = root.resolve("maven-calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
    }

    Process start(Path command, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(command.toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(root.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        return outcome(start(launcher(), arguments));
    }

    /** The same by a shell that has done something before. */
    Outcome runAfter(String before, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("-c", before + "; exec \"$0\" \"$@\"", launcher().toString()));
        words.addAll(List.of(arguments));
        return outcome(start(Path.of("/bin/sh"), words.toArray(String[]::new)));
    }

    /** The same, but over only when the launcher's filter of standard error is over too, which may outlive it. */
    Outcome runWithFilter(String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(
                "-c",
                "set -o pipefail; { \"$0\" \"$@\" 2>&1 >&3 | cat >&2; } 3>&1",
                launcher().toString()));
        words.addAll(List.of(arguments));
        return outcome(start(Path.of("/bin/bash"), words.toArray(String[]::new)));
    }

    static Outcome outcome(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        List<String> out = lines(process.getInputStream().readAllBytes());
        List<String> err = lines(process.getErrorStream().readAllBytes());
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the launcher did not end");
        }
        return new Outcome(process.pid(), process.exitValue(), out, err);
    }

    private static List<String> lines(byte[] text) {
        return new String(text, UTF_8).lines().toList();
    }
}
