package org.equipoise.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.equipoise.launcher.Installation.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher against stand-ins for Java and Maven: what it picks, what it says, and how it ends. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String MAKES_THE_JAR = ": > \"$HOME/an equipoise/target/equipoise.jar\"";

    @TempDir
    private Path folder;

    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder.toRealPath());
    }

    @Test
    void saysInOneSentenceThatNoJavaWasFound() throws Exception {
        Outcome outcome = installation.built().run("info");

        assertEquals(2, outcome.exit());
        assertEquals(List.of(), outcome.out());
        assertEquals(
                List.of("Equipoise needs Java 25 or later with the jdk.incubator.vector module and found none: "
                        + "install one, or set JAVA_HOME to where it is."),
                outcome.err());
    }

    @Test
    void skipsAJavaHomeThatIsTooOld() throws Exception {
        Path old = installation.jdk("17.0.15");
        installation.jdk("25.0.3");

        Outcome outcome = installation.built().with("JAVA_HOME", old).run("info");

        assertEquals(0, outcome.exit());
        assertEquals("java 25.0.3", outcome.out().getFirst());
    }

    @Test
    void skipsAJavaWithoutTheVectorModule() throws Exception {
        installation.jdk("25.0.1", "java.base");
        installation.jdk("25.0.3");

        assertEquals("java 25.0.3", installation.built().run("info").out().getFirst());
    }

    @Test
    void prefersJavaHomeToTheUsualFolders() throws Exception {
        installation.jdk("25.0.1");
        Path chosen = installation.jdk("26");

        Outcome outcome = installation.built().with("JAVA_HOME", chosen).run("info");

        assertEquals("java 26", outcome.out().getFirst());
    }

    @Test
    void findsTheJavaOnPathThroughALink() throws Exception {
        Path jdk = installation.jdk("25.0.3");
        Files.createSymbolicLink(folder.resolve("tools/java"), jdk.resolve("bin/java"));

        Outcome outcome = installation.built().withoutUsualFolders().run("info");

        assertEquals("java 25.0.3", outcome.out().getFirst());
    }

    @Test
    void doesNotLookPastAnEquipoiseJavaHomeThatWillNotDo() throws Exception {
        Path old = installation.jdk("17.0.15");
        installation.jdk("25.0.3");

        Outcome outcome = installation.built().with("EQUIPOISE_JAVA_HOME", old).run("info");

        assertEquals(2, outcome.exit());
        assertEquals(
                List.of("EQUIPOISE_JAVA_HOME is " + old
                        + ", which does not hold the needed Java 25 or later with the jdk.incubator.vector module."),
                outcome.err());
    }

    @Test
    void becomesTheJavaProcessAndPassesItsExitCodeOn() throws Exception {
        installation.jdk("25.0.3");

        Outcome outcome = installation.built().with("FAKE_EXIT", 42).run("info");

        assertEquals(42, outcome.exit());
        assertEquals(Long.toString(outcome.pid()), outcome.out().get(1));
    }

    @Test
    void runsThroughALinkInAnotherFolder() throws Exception {
        installation.jdk("25.0.3");
        Path link = Files.createSymbolicLink(folder.resolve("link to equipoise"), installation.launcher());

        Outcome outcome = Installation.outcome(installation.built().start(link, "info", "two words"));

        assertEquals(List.of(), outcome.err());
        assertTrue(outcome.out().contains("-Dequipoise.home=" + installation.home()), outcome.toString());
        assertEquals(List.of("-jar", installation.jar().toString(), "info", "two words"), lastOf(outcome.out(), 4));
    }

    @Test
    void handsLeadingPropertiesAndJavaOptionsToTheJvm() throws Exception {
        installation.jdk("25.0.3");

        Outcome outcome = installation
                .built()
                .with("EQUIPOISE_JAVA_OPTS", "-Xmx1g  -Da=*")
                .run("-Dequipoise.vectorBits=256", "bench", "-Dlater=1");

        assertEquals(
                List.of(
                        "-Xmx1g",
                        "-Da=*",
                        "-Dequipoise.vectorBits=256",
                        "-jar",
                        installation.jar().toString(),
                        "bench",
                        "-Dlater=1"),
                lastOf(outcome.out(), 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--profile flames.html", "--profile=flames.html"})
    void keepsDebugInformationForAProfileAlone(String arguments) throws Exception {
        installation.jdk("25.0.3");
        installation.built();

        List<String> words = List.of(("bench " + arguments).split(" "));
        assertTrue(installation.run(words.toArray(String[]::new)).out().contains("-XX:+DebugNonSafepoints"));
        assertFalse(installation.run("bench").out().contains("-XX:+DebugNonSafepoints"));
    }

    @Test
    void leavesOutTheWarningAboutIncubatingAndNothingElse() throws Exception {
        installation.jdk("25.0.3");
        installation.with("FAKE_ERR", "WARNING: Using incubator modules: jdk.incubator.vector\nUnrecognized VM option");

        assertEquals(
                List.of("Unrecognized VM option"),
                installation.built().runWithFilter("info").err());
    }

    @Test
    void buildsOnFirstUseOnly() throws Exception {
        Path jdk = installation.jdk("25.0.3");
        installation.withSources().withMaven(MAKES_THE_JAR);

        Outcome first = installation.run("info");
        Outcome second = installation.run("info");

        assertEquals(0, first.exit(), first.toString());
        assertEquals(1, first.err().size(), first.toString());
        assertEquals(List.of(), second.err());
        assertEquals(1, installation.mavenCalls().size());
        assertTrue(installation.mavenCalls().getFirst().startsWith(jdk + " "));
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        installation.jdk("25.0.3");
        installation.withSources().built().withMaven(MAKES_THE_JAR);
        Files.setLastModifiedTime(
                installation.jar(), FileTime.from(Instant.now().minusSeconds(60)));

        installation.run("info");

        assertEquals(1, installation.mavenCalls().size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void buildsOnceForTwoFirstUsesAtTheSameTime(boolean flock) throws Exception {
        installation.jdk("25.0.3");
        if (!flock) {
            installation.without("flock");
        }
        installation.withSources().withMaven("sleep 0.5; " + MAKES_THE_JAR);

        Process one = installation.start(installation.launcher(), "info");
        Process two = installation.start(installation.launcher(), "info");

        assertEquals(0, Installation.outcome(one).exit());
        assertEquals(0, Installation.outcome(two).exit());
        assertEquals(1, installation.mavenCalls().size());
    }

    @Test
    void namesTheLogWhenTheBuildFails() throws Exception {
        installation.jdk("25.0.3");
        installation.withSources().withMaven("echo no symbol; exit 1");

        Outcome outcome = installation.run("info");

        Path log = installation.home().resolve("target/launcher-build.log");
        assertEquals(1, outcome.exit());
        assertEquals("The build failed; " + log + " says why.", outcome.err().getLast());
        assertEquals(List.of("no symbol"), Files.readAllLines(log));
    }

    @Test
    void saysThatMavenIsMissing() throws Exception {
        installation.jdk("25.0.3");

        Outcome outcome = installation.withSources().run("info");

        assertEquals(2, outcome.exit());
        assertEquals(
                "Equipoise needs Apache Maven to build: install it, or set MVNW_REPOURL to a Maven repository to fetch it from.",
                outcome.err().getLast());
    }

    @Test
    void saysThatABuildNeedsAJdk25() throws Exception {
        installation.jdk("26");

        Outcome outcome = installation.withSources().withMaven("exit 1").run("info");

        assertEquals(2, outcome.exit());
        assertEquals(
                "Equipoise needs a JDK 25 (java and javac) and found none: "
                        + "install one, or set JAVA_HOME to where it is.",
                outcome.err().getLast());
        assertEquals(List.of(), installation.mavenCalls());
    }

    private static List<String> lastOf(List<String> lines, int count) {
        return lines.subList(lines.size() - count, lines.size());
    }
}
