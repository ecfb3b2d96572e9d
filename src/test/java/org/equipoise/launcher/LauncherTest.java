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
    /** Where the launcher lets Maven build. */
    private static final String MAKES_THE_JAR = "for a in \"$@\"; do case $a in -Dbuild.folder=*) "
            + "cd \"$HOME/an equipoise\" && mkdir -p \"${a#*=}/lib\" && cd \"${a#*=}\" && : > lib/a.jar && echo new > equipoise.jar ;; "
            + "esac; done";

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

    /** A jar that the launcher has built, and then another source. */
    private void builtAndChanged() throws Exception {
        installation.jdk("25.0.3");
        installation.withSources().withMaven(MAKES_THE_JAR).run("info");
        Files.writeString(installation.home().resolve("src/main/java/A.java"), "class A { int changed; }");
    }

    private void assertRunsTheOldJar(Outcome outcome, String reason) throws Exception {
        assertEquals(0, outcome.exit(), outcome.toString());
        assertEquals(List.of("-jar", installation.jar().toString(), "info"), lastOf(outcome.out(), 3));
        assertEquals(
                "The sources of Equipoise have changed since it was built, and this runs without the changes: "
                        + reason,
                outcome.err().getLast());
        assertEquals("new", Files.readString(installation.jar()).strip());
    }

    @Test
    void runsTheOldJarWhereThereIsNoMaven() throws Exception {
        builtAndChanged();
        installation.without("mvn");

        Outcome outcome = installation.run("info");

        assertRunsTheOldJar(
                outcome,
                "Equipoise needs Apache Maven to build: install it, or set MVNW_REPOURL to a Maven repository to fetch it from.");
        assertEquals(1, outcome.err().size());
    }

    @Test
    void runsTheOldJarAfterABuildThatFailedAndTriesTheSameSourcesOnce() throws Exception {
        builtAndChanged();
        installation.withMaven("[ -f \"$HOME/an equipoise/target/equipoise.jar\" ] || echo gone; exit 1");
        Path log = installation.home().resolve("target/launcher-build.log");

        assertRunsTheOldJar(installation.run("info"), "The build failed; " + log + " says why.");
        Outcome second = installation.run("info");
        assertRunsTheOldJar(second, "the build failed; " + log + " says why, and ./mvnw package tries again.");
        assertEquals(1, second.err().size());
        assertEquals(2, installation.mavenCalls().size());
        assertEquals(List.of(), Files.readAllLines(log));
        assertFalse(Files.exists(installation.home().resolve("target/launcher-build")));

        Files.writeString(installation.home().resolve("src/main/java/A.java"), "class A { int mended; }");
        installation.withMaven(MAKES_THE_JAR).run("info");
        assertEquals(3, installation.mavenCalls().size());
        assertEquals(List.of(), installation.run("info").err());
    }

    @Test
    void putsTheNewJarAndItsLibrariesInPlaceOfTheOld() throws Exception {
        builtAndChanged();
        installation.withMaven("echo old > \"$HOME/an equipoise/target/equipoise.jar\"; " + MAKES_THE_JAR);

        installation.run("info");

        assertEquals(2, installation.mavenCalls().size());
        assertEquals("new", Files.readString(installation.jar()).strip());
        assertTrue(Files.exists(installation.jar().resolveSibling("lib/a.jar")));
        assertFalse(Files.exists(installation.home().resolve("target/launcher-build")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void comparesContentsAndNotTimes(boolean sha) throws Exception {
        installation.jdk("25.0.3");
        if (!sha) {
            installation.without("sha256sum");
        }
        installation.withSources().withMaven(MAKES_THE_JAR).run("info");

        installation.sourcesFrom(Instant.now().plusSeconds(36_000)).run("info");
        assertEquals(1, installation.mavenCalls().size(), "the same sources from another clock");

        Files.writeString(installation.home().resolve("src/main/java/A.java"), "class A { int old; }");
        installation.sourcesFrom(Instant.now().minusSeconds(36_000)).run("info");
        assertEquals(2, installation.mavenCalls().size(), "other sources with old times");

        Files.setLastModifiedTime(
                installation.home().resolve("target/launcher-built"),
                FileTime.from(Instant.now().plusSeconds(36_000)));
        Files.writeString(installation.home().resolve("pom.xml"), "<project>1</project>");
        installation.run("info");
        assertEquals(3, installation.mavenCalls().size(), "a clock that was set back");

        Files.delete(installation.home().resolve("src/main/java/A.java"));
        installation.run("info");
        assertEquals(4, installation.mavenCalls().size(), "a source that is gone");

        Files.writeString(installation.home().resolve("src/main/java/.A.java.swp"), "what an editor keeps");
        installation.run("info");
        assertEquals(4, installation.mavenCalls().size(), "no source");
    }

    @Test
    void saysThatItCannotBeBuiltInAPathWithAColon() throws Exception {
        installation = new Installation(folder.toRealPath(), "an: equipoise");
        installation.jdk("25.0.3");

        Outcome outcome = installation.withSources().withMaven("exit 1").run("info");

        assertEquals(2, outcome.exit());
        assertEquals(
                List.of("Equipoise cannot be built in " + installation.home()
                        + ", whose path has a ':' in it: move it, or build it elsewhere and copy it."),
                outcome.err());
        assertEquals(List.of(), installation.mavenCalls());
    }

    @Test
    void takesAJarThatWasBuiltByHand() throws Exception {
        builtAndChanged();
        Files.writeString(installation.jar(), "by hand");
        Files.setLastModifiedTime(
                installation.jar(), FileTime.from(Instant.now().plusSeconds(1)));

        assertEquals(List.of(), installation.run("info").err());
        assertEquals(1, installation.mavenCalls().size());
    }

    private static List<String> lastOf(List<String> lines, int count) {
        return lines.subList(lines.size() - count, lines.size());
    }
}
