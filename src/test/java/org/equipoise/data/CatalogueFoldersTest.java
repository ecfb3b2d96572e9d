package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueFoldersTest {
    private static final Path HOME = Path.of("/home/ada");

    @Test
    void ownVariableGoesFirst() {
        assertEquals(Path.of("/data"), store(Map.of("EQUIPOISE_DATA", "/data", "XDG_DATA_HOME", "/xdg")));
    }

    @Test
    void ownVariableMayBeRelativeToTheCurrentFolder() {
        assertEquals(Path.of("data").toAbsolutePath(), store(Map.of("EQUIPOISE_DATA", "data")));
    }

    @Test
    void sharedVariableGoesNext() {
        assertEquals(Path.of("/xdg/equipoise"), store(Map.of("EQUIPOISE_DATA", "", "XDG_DATA_HOME", "/xdg")));
    }

    @Test
    void homeIsTheLastResort() {
        Path fallback = Path.of("/home/ada/.local/share/equipoise");

        assertEquals(fallback, store(Map.of()));
        assertEquals(fallback, store(Map.of("XDG_DATA_HOME", "")));
        assertEquals(fallback, store(Map.of("XDG_DATA_HOME", "relative/is/ignored")));
    }

    /** Java's name for the home of a user who has none. */
    @Test
    void withoutAHomeItIsTheTemporaryFolder() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        assertEquals(
                temporary.resolve("equipoise-data"),
                Catalogue.from(Map.of(), Path.of("?")).store());
    }

    @Test
    void debiansFolderIsLookedIn() {
        assertEquals(
                List.of(Path.of("/usr/share/datasets")),
                Catalogue.from(Map.of(), HOME).installed());
    }

    private static Path store(Map<String, String> environment) {
        return Catalogue.from(environment, HOME).store();
    }
}
