package org.equipoise.reliability;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The hashes that runs must end with. Once it is understood why the bits of a row have changed, {@code -Dequipoise.newHashes=FILE}
 * writes the file anew, from one thread of the first implementation of the kernels that is tested; all others must then agree with it.
 */
final class DeterminismHashes {
    private static final String RESOURCE = "/reliability/determinism.properties";
    private static final String REMADE = System.getProperty("equipoise.newHashes", "");

    private DeterminismHashes() {}

    /**
     * @param row its name
     * @param maker computes the hash, asked only where the file is written anew
     * @return the hash written down for it
     */
    static String of(String row, Supplier<String> maker) throws IOException {
        return REMADE.isEmpty() ? written(row) : remade(Path.of(REMADE), row, maker);
    }

    private static String written(String row) throws IOException {
        Properties hashes = new Properties();
        try (InputStream in = DeterminismHashes.class.getResourceAsStream(RESOURCE)) {
            hashes.load(in);
        }
        return hashes.getProperty(row, "a hash, of which " + RESOURCE + " has none");
    }

    private static String remade(Path file, String row, Supplier<String> maker) throws IOException {
        TreeMap<String, String> hashes = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" = ", 2);
                    hashes.put(parts[0], parts[1]);
                }
            }
        }
        String hash = hashes.get(row);
        if (hash == null) {
            hash = maker.get();
            hashes.put(row, hash);
            List<String> lines = new ArrayList<>();
            lines.add(
                    "# What every cell of a row of DeterminismMatrixTest ends with. A row whose bits are to change is removed");
            lines.add(
                    "# and written anew: ./mvnw test -Dtest=DeterminismMatrixTest -Dsurefire.failIfNoSpecifiedTests=false \\");
            lines.add("#     -Dequipoise.newHashes=src/test/resources/reliability/determinism.properties");
            hashes.forEach((name, value) -> lines.add(name + " = " + value));
            Files.write(file, lines);
        }
        return hash;
    }
}
