package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.equipoise.config.Configuration;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final Configuration CONFIGURATION =
            StripesRun.in(Path.of("")).configuration();

    @TempDir
    Path folder;

    private RunDirectory run = new RunDirectory(Path.of(""));

    @BeforeEach
    void make() {
        run = new RunDirectory(folder);
    }

    @Test
    void theFileOfSettingsMayBeMissing() {
        assertEquals(Optional.empty(), run.differingSettings(CONFIGURATION));
    }

    @Test
    void theFileOfSettingsMaySayAnotherNumberOfEpochs() {
        run.write(CONFIGURATION);
        assertEquals(Optional.empty(), run.differingSettings(CONFIGURATION));
        assertEquals(Optional.empty(), run.differingSettings(CONFIGURATION.withEpochs(99)));
    }

    @Test
    void otherSettingsAreTold() {
        run.write(CONFIGURATION);
        Configuration other = StripesRun.in(folder, "phases.beta=0.8").configuration();
        assertEquals(
                Optional.of(
                        folder.resolve("config.yaml")
                                + " has other settings than the checkpoint of the run; an unchanged file, or none, was expected."),
                run.differingSettings(other));
    }

    @Test
    void aFileOfSettingsThatCannotBeReadIsTold() throws IOException {
        Files.writeString(folder.resolve("config.yaml"), "network: [");
        String told = run.differingSettings(CONFIGURATION).orElse("nothing");
        assertTrue(told.contains("config.yaml"), told);
    }

    @Test
    void aNameThatIsTakenGetsANumber() {
        Path parent = folder.resolve("runs");
        assertEquals(parent.resolve("a"), RunDirectory.fresh(parent, "a"));
        assertEquals(parent.resolve("a-2"), RunDirectory.fresh(parent, "a"));
        assertEquals(parent.resolve("a-3"), RunDirectory.fresh(parent, "a"));
        assertTrue(Files.isDirectory(parent.resolve("a-3")));
    }

    @Test
    void theNameOfARunIsReadOrEmpty() throws IOException {
        assertEquals("", run.id());
        Files.writeString(run.provenanceFile(), "{\"data\": \"stripes\"}");
        assertEquals("", run.id());
        Files.writeString(run.provenanceFile(), "{\"" + RunOrigin.ID + "\": \"name\"}");
        assertEquals("name", run.id());
        Files.writeString(run.provenanceFile(), "{");
        assertThrows(BadInputException.class, () -> run.id());
    }

    @Test
    void aRunNeedsOneOfItsTwoCheckpoints() throws IOException {
        assertThrows(BadInputException.class, () -> RunDirectory.open(folder));
        Files.createFile(run.previous());
        assertEquals(run, RunDirectory.open(folder));
        Files.move(run.previous(), run.last());
        assertEquals(run, RunDirectory.open(folder));
    }

    @Test
    void whatAKilledProcessWasWritingIsFound() throws IOException {
        assertEquals(List.of(), run.unfinished());
        Path left = Files.createFile(folder.resolve(".equipoise-1.tmp"));
        Files.createFile(folder.resolve("other.tmp"));
        assertEquals(List.of(left), run.unfinished());
    }
}
