package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackageClientsTest {
    @Test
    void looksInTheFoldersOfThePath() {
        String separator = File.pathSeparator;

        PackageClients clients = PackageClients.on("first" + separator + separator + "second" + separator);

        assertEquals(List.of(Path.of("first"), Path.of("second")), clients.path());
        assertEquals(List.of(), PackageClients.on("").path());
    }
}
