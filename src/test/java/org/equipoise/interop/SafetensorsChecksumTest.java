package org.equipoise.interop;

import static org.equipoise.interop.Damage.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.equipoise.data.ContentHash;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

class SafetensorsChecksumTest {
    private static final String KEY = "equipoise.sha256";

    private static SafetensorsWriter content() {
        return new SafetensorsWriter()
                .add("w", Shape.of(2, 3), new float[] {1, -2, 0.5f, 3e-9f, Float.NaN, 7})
                .add("n", Shape.of(1), new long[] {-1})
                .metadata("said", "something");
    }

    private static boolean carriesChecksum(byte[] file) {
        return SafetensorsFile.read(file, "bytes").checksummed();
    }

    @Test
    void aFileCarriesTheHashOfItselfWithZerosInItsPlace() {
        byte[] file = content().checksummed().toBytes();
        SafetensorsFile read = SafetensorsFile.read(file, "bytes");
        assertTrue(read.checksummed());
        assertEquals(List.of(KEY, "said"), List.copyOf(read.metadata().keySet()));
        String digits = read.metadata().get(KEY);
        byte[] zeroed = file.clone();
        int place = new String(file, StandardCharsets.ISO_8859_1).indexOf(digits);
        Arrays.fill(zeroed, place, place + 64, (byte) '0');
        assertEquals(digits, new ContentHash().add(zeroed, 0, zeroed.length).hex());
        assertEquals(32, HexFormat.of().parseHex(digits).length);
    }

    @Test
    void theContentIsTheSameAsWithout() {
        SafetensorsFile with = SafetensorsFile.read(content().checksummed().toBytes(), "bytes");
        SafetensorsFile without = SafetensorsFile.read(content().toBytes(), "bytes");
        assertFalse(without.checksummed());
        assertEquals(without.tensors(), with.tensors());
        assertArrayEquals(without.bytes("w"), with.bytes("w"));
        assertArrayEquals(without.bytes("n"), with.bytes("n"));
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] file = content().checksummed().toBytes();
        for (int bit = 0; bit < file.length * 8; bit++) {
            byte[] flipped = file.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                assertFalse(carriesChecksum(flipped), "bit " + bit);
            } catch (BadInputException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("bytes "), e.getMessage());
            }
        }
    }

    @Test
    void everyTruncationAndAdditionIsRefused() {
        byte[] file = content().checksummed().toBytes();
        Damage.everyTruncationIsRefused(file, SafetensorsChecksumTest::carriesChecksum);
        assertRefused(() -> carriesChecksum(Arrays.copyOf(file, file.length + 1)), "checksum");
    }

    @Test
    void damageIsNamed() {
        byte[] file = content().checksummed().toBytes();
        file[file.length - 1] ^= 1;
        assertRefused(() -> carriesChecksum(file), "bytes is damaged", file.length + " bytes", "checksum");
    }

    @Test
    void itsKeyIsTaken() {
        assertThrows(IllegalArgumentException.class, () -> content().metadata(KEY, "mine"));
    }

    @Test
    void filesLargerThanAChunkAreHashedWhole() {
        float[] many = new float[50_001];
        Arrays.fill(many, 0.25f);
        byte[] file = new SafetensorsWriter()
                .add("many", Shape.of(many.length), many)
                .checksummed()
                .toBytes();
        assertTrue(carriesChecksum(file));
        for (int place = 200; place < file.length; place += 9_973) {
            byte[] changed = file.clone();
            changed[place] ^= 64;
            assertRefused(() -> carriesChecksum(changed), "damaged");
        }
    }
}
