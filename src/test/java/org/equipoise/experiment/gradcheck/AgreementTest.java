package org.equipoise.experiment.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AgreementTest {
    private static final double ROUNDING = 1e-12;

    @Test
    void equalGradientsAgree() {
        Agreement agreement = Agreement.of(new double[] {3, -4, 0}, new double[] {3, -4, 0});
        assertEquals(new Agreement(1, 1, 0, 0), agreement);
        assertTrue(agreement.within(1e-9));
    }

    @Test
    void aLongerEstimateHasTheSameDirection() {
        Agreement agreement = Agreement.of(new double[] {6, -8}, new double[] {3, -4});
        assertEquals(1, agreement.cosine(), ROUNDING);
        assertEquals(2, agreement.normRatio(), ROUNDING);
        assertEquals(0.5, agreement.relativeRmse(), ROUNDING);
        assertEquals(0, agreement.signErrorPercent());
        assertFalse(agreement.within(0.4));
        assertTrue(Agreement.of(new double[] {3.06}, new double[] {3}).within(0.00021));
        assertFalse(Agreement.of(new double[] {3.06}, new double[] {3}).within(0.00019));
    }

    @Test
    void anotherDirectionShowsInCosineAndSigns() {
        Agreement agreement = Agreement.of(new double[] {4, 3, 0}, new double[] {4, -3, 0});
        assertEquals(7.0 / 25, agreement.cosine(), ROUNDING);
        assertEquals(1, agreement.normRatio(), ROUNDING);
        assertEquals(1, agreement.relativeRmse(), ROUNDING);
        assertEquals(50, agreement.signErrorPercent(), ROUNDING);
        assertFalse(agreement.within(0.5));
    }

    /** Coordinates without any gradient say nothing; those with one of the two do, but have no sign to be wrong. */
    @Test
    void zerosCountWhereTheOtherIsNotZero() {
        Agreement agreement = Agreement.of(new double[] {0, 0, 2, 1}, new double[] {0, 5, 2, -1});
        assertEquals((1 + 0 + 2) / 3.0, agreement.relativeRmse(), ROUNDING);
        assertEquals(100.0 / 3, agreement.signErrorPercent(), ROUNDING);
    }

    @Test
    void noGradientAtAllIsNoAgreement() {
        assertFalse(Agreement.of(new double[2], new double[2]).within(0.999));
        Agreement silent = Agreement.of(new double[2], new double[] {1, 1});
        assertEquals(new Agreement(0, 0, 1, 0), silent);
        assertEquals(0, Agreement.of(new double[] {1, 1}, new double[2]).normRatio());
    }

    /** The norms of the relative error run over the steps, cosine and signs over the coordinates of the sums. */
    @Test
    void stepsThatCancelInTheSumStillDiffer() {
        Agreement.Sums sums = new Agreement.Sums(2);
        sums.add(new double[] {1, 2}, new double[] {4, 2});
        sums.add(new double[] {4, 2}, new double[] {1, 2});
        Agreement agreement = sums.agreement();
        assertEquals(1, agreement.cosine(), ROUNDING);
        assertEquals(1, agreement.normRatio(), ROUNDING);
        assertEquals(Math.sqrt(18.0 / 17) / 2, agreement.relativeRmse(), ROUNDING);
        assertEquals(0, agreement.signErrorPercent());
    }

    @Test
    void gradientsOfAnotherLengthAreRefused() {
        Agreement.Sums sums = new Agreement.Sums(2);
        assertThrows(IllegalArgumentException.class, () -> sums.add(new double[2], new double[3]));
    }
}
