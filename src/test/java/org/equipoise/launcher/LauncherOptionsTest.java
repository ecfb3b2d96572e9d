package org.equipoise.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.equipoise.launcher.Installation.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher gives to Java on machines and for users of all kinds. */
@DisabledOnOs(OS.WINDOWS)
class LauncherOptionsTest {
    @TempDir
    private Path folder;

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder.toRealPath()).built();
        installation.jdk("25.0.3");
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:+UseG1GC, -XX:+UseSerialGC",
        "-XX:+UseZGC -XX:+ZGenerational, -XX:+UseSerialGC",
        "-XX:+UseParallelGC, -XX:+UseSerialGC",
        "-XX:-UseSerialGC, -XX:+UseSerialGC",
        "-Da=b -Xmx1g, -XX:MaxRAMPercentage=25",
        "-XX:MaxRAMPercentage=50, -XX:MaxRAMPercentage=25",
        "-XX:TypeProfileLevel=111, -XX:TypeProfileLevel=0",
        "-XX:-CreateCoredumpOnCrash, -XX:-CreateCoredumpOnCrash"
    })
    void anOptionOfTheUserReplacesThatOfItsKind(String theirs, String ours) throws Exception {
        assertTrue(installation.run("info").out().contains(ours));
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            Installation other = new Installation(folder.toRealPath().resolve(variable)).built();
            other.jdk("25.0.3");
            List<String> out = other.with(variable, theirs).run("info").out();
            assertFalse(out.contains(ours), variable + " " + out);
            assertTrue(out.contains("jdk.incubator.vector"), out.toString());
        }
        List<String> own =
                installation.with("EQUIPOISE_JAVA_OPTS", theirs).run("info").out();
        assertEquals(
                theirs.contains(ours) ? 1 : 0, own.stream().filter(ours::equals).count());
    }

    @Test
    void optionsInAFileOfArgumentsCountToo() throws Exception {
        Path options = Files.writeString(folder.resolve("options"), "-Da=b\n-XX:+UseG1GC\n");

        List<String> out =
                installation.with("JDK_JAVA_OPTIONS", "@" + options).run("info").out();

        assertFalse(out.contains("-XX:+UseSerialGC"), out.toString());
    }

    /** Java's stand-in writes to standard output before it goes where results go, as the JVM and its agents do. */
    @Test
    void standardOutputIsForResults() throws Exception {
        Path java = installation.jdk("26").resolve("bin/java");
        Installation.script(
                java,
                "echo Listening for transport; echo 'WARNING: Using incubator modules: x' >&2; "
                        + Installation.OUT_AS_THE_PROGRAM + "echo result");

        Outcome outcome =
                installation.with("JAVA_HOME", java.getParent().getParent()).runWithFilter("info");

        assertEquals(List.of("result"), outcome.out());
        assertEquals(List.of("Listening for transport"), outcome.err());
    }

    @Test
    void whatTheJvmLogsGoesToStandardErrorUnlessTheUserSaysWhere() throws Exception {
        assertTrue(installation.run("info").out().containsAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr")));
        assertFalse(installation
                .with("JAVA_TOOL_OPTIONS", "-Xlog:gc:file=gc.log")
                .run("info")
                .out()
                .contains("-Xlog:disable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {">&-", "2>&-", ">&- 2>&-"})
    void startsWithClosedStreams(String closed) throws Exception {
        Path seen = folder.resolve("seen");
        Outcome outcome = installation
                .with("FAKE_SHOW", "$(cat \"" + installation.launcher() + "\" >/dev/null && echo x >\"" + seen + "\")")
                .runAfter("exec " + closed, "info");

        assertEquals(0, outcome.exit(), outcome.toString());
        assertTrue(Files.exists(seen));
    }

    @Test
    void startsWithoutAPlaceForThePipeOfTheFilter() throws Exception {
        Outcome outcome = installation.without("mkfifo").run("info");

        assertEquals(0, outcome.exit());
        assertEquals(List.of(), outcome.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash", "/bin/dash"})
    void runsInEveryShell(String shell) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(shell)));
        Outcome outcome = Installation.outcome(installation.start(
                Path.of(shell), installation.home().getFileName() + "/equipoise", "-Da=b c", "info", "* x", ""));

        assertEquals(List.of(), outcome.err());
        List<String> out = outcome.out();
        assertEquals(
                List.of("-Da=b c", "-jar", installation.jar().toString(), "info", "* x", ""),
                out.subList(out.size() - 6, out.size()));
    }

    @Test
    void aColonInThePathIsNoneInTheClassPath() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
        Installation odd = new Installation(folder.toRealPath(), "an: equipoise").built();
        odd.jdk("25.0.3");
        Files.writeString(odd.jar(), "the jar");

        Outcome outcome =
                odd.with("FAKE_SHOW", "$(cat /proc/$$/fd/6/equipoise.jar)").run("info");

        assertEquals("the jar", outcome.out().getLast(), outcome.toString());
        assertTrue(outcome.out().contains("/proc/" + outcome.pid() + "/fd/6/equipoise.jar"));
    }

    @ParameterizedTest
    @CsvSource({
        "ANSI_X3.4-1968, C.UTF-8, C.UTF-8",
        "ANSI_X3.4-1968, en_US.UTF-8, en_US.UTF-8",
        "UTF-8, C.UTF-8, de_DE.UTF-8",
        "ISO-8859-1, C.UTF-8, de_DE.UTF-8",
        "ANSI_X3.4-1968, none, de_DE.UTF-8"
    })
    void aLocaleThatIsNotInstalledIsReplaced(String charmap, String installed, String expected) throws Exception {
        installation.withTool(
                "locale", "case $LC_ALL in " + installed + ") echo UTF-8 ;; *) echo " + charmap + " ;; esac");

        List<String> out = installation
                .with("LC_ALL", "de_DE.UTF-8")
                .with("FAKE_SHOW", "$LC_ALL")
                .run("info")
                .out();

        assertEquals(expected, out.getLast());
        assertEquals(installed.equals("none"), out.contains("-Dstdout.encoding=UTF-8"));
    }

    @Test
    void aBareLocaleHasUtf8WhereNobodyTellsOfLocales() throws Exception {
        installation.without("locale").with("FAKE_SHOW", "$LC_ALL");
        assertEquals("C.UTF-8", installation.run("info").out().getLast());
        assertEquals("xx", installation.with("LC_ALL", "xx").run("info").out().getLast());
    }

    @Test
    void crashesAndTemporaryFilesGoToTheTemporaryFolder() throws Exception {
        assertTrue(installation.run("info").out().contains("-XX:ErrorFile=/tmp/equipoise-crash-%p.log"));

        Path temporary = Files.createDirectory(folder.toRealPath().resolve("my temporary"));
        List<String> out =
                installation.with("TMPDIR", temporary + "/").run("info").out();
        assertTrue(out.contains("-XX:ErrorFile=" + temporary + "/equipoise-crash-%p.log"), out.toString());
        assertTrue(out.contains("-Djava.io.tmpdir=" + temporary), out.toString());

        List<String> gone =
                installation.with("TMPDIR", temporary + "-gone").run("info").out();
        assertTrue(gone.stream().noneMatch(word -> word.startsWith("-Djava.io.tmpdir")), gone.toString());
    }

    @Test
    void sizesJavaToTheLimitOfAddresses() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/limits")));
        assertTrue(installation.run("info").out().stream().noneMatch(word -> word.startsWith("-Xmx")));

        List<String> out = installation
                .with("FAKE_SHOW", "$MALLOC_ARENA_MAX")
                .runAfter("ulimit -v 4000000", "info")
                .out();
        assertTrue(out.contains("-XX:CompressedClassSpaceSize=128m"), out.toString());
        assertTrue(out.contains("-XX:ReservedCodeCacheSize=122m"), out.toString());
        String heap =
                out.stream().filter(word -> word.startsWith("-Xmx")).findFirst().orElseThrow();
        assertTrue(Integer.parseInt(heap.substring(4, heap.length() - 1)) <= 976, heap);
        assertEquals("2", out.getLast());

        List<String> theirs = installation
                .with("JAVA_TOOL_OPTIONS", "-Xmx300m -XX:CompressedClassSpaceSize=64m")
                .runAfter("ulimit -v 4000000", "info")
                .out();
        assertTrue(theirs.stream().noneMatch(word -> word.startsWith("-Xmx")), theirs.toString());
        assertTrue(theirs.stream().noneMatch(word -> word.contains("ClassSpace")), theirs.toString());
    }

    /** The superuser is not held to the limit, others can start no shell within it. */
    @Test
    void saysThatProcessesAreTooFew() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/limits")));
        assumeTrue("root".equals(System.getProperty("user.name")));
        Outcome outcome = installation.runAfter("(ulimit -u 10) 2>/dev/null && ulimit -u 10 || ulimit -p 10", "info");

        assertEquals(1, outcome.exit());
        assertEquals(
                List.of("A user's processes and threads are limited to 10 (ulimit -u), and Java needs 14 to start."),
                outcome.err());
    }

    @Test
    void saysThatAddressesAreTooFew() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/limits")));
        Outcome outcome = installation.runAfter("ulimit -v 300000", "info");

        assertEquals(1, outcome.exit());
        assertEquals(List.of(), outcome.out());
        assertEquals(
                List.of(
                        "The addresses of a process are limited to 307 MB (ulimit -v), and Java needs 600 MB to start."),
                outcome.err());
    }
}
