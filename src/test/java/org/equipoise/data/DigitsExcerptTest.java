package org.equipoise.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DigitsExcerptTest {
    @ParameterizedTest
    @EnumSource(IdxPart.class)
    void theBundledFilesFollowTheRule(IdxPart part) {
        Catalogue catalogue = Catalogue.fromEnvironment();
        List<FileCheck> checks = catalogue.find("mnist").verify();
        assumeTrue(checks.stream().allMatch(FileCheck::right), "MNIST has not been fetched");

        IdxArray expected =
                DigitsExcerpt.of(part, IdxFormat.read(catalogue.find("mnist").place(), part.any()));
        IdxArray bundled = IdxFormat.read(new DataPlace.Bundled("digits"), part.any());

        assertArrayEquals(expected.shape(), bundled.shape());
        assertArrayEquals(expected.values(), bundled.values());
    }

    @Test
    void theRuleKeepsEveryTwelfthToLearnFromAndEveryTenthToTestWith() {
        byte[] values = new byte[48];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) i;
        }
        IdxArray pairs = new IdxArray(new int[] {24, 1, 2}, values);

        assertArrayEquals(
                new byte[] {0, 1, 24, 25},
                DigitsExcerpt.of(IdxPart.TRAIN_IMAGES, pairs).values());
        assertArrayEquals(
                new byte[] {0, 1, 20, 21, 40, 41},
                DigitsExcerpt.of(IdxPart.TEST_IMAGES, pairs).values());
    }
}
