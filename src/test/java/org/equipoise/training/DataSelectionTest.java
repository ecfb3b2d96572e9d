package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;

class DataSelectionTest {
    private final DataSelection recorded =
            DataSelection.recorded(Map.of("data", "mnist", "trainImages", "100", "testImages", "20"));

    @Test
    void aRunRemembersItsImages() {
        assertEquals(new DataSelection("mnist", 100, 20, null), recorded);
        assertEquals(recorded, recorded.with(null, null, null, null));
    }

    @Test
    void whatIsAskedForGoesBeforeWhatIsRemembered() {
        assertEquals(new DataSelection("mnist", 100, 7, null), recorded.with("mnist", null, 7, null));
        assertEquals(new DataSelection("mnist", 8, 20, null), recorded.with(null, 8, null, null));
    }

    @Test
    void limitsOfOneDataSetAreNotKeptForAnother() {
        assertEquals(new DataSelection("digits", null, 7, null), recorded.with("digits", null, 7, null));
    }

    @Test
    void aRunRemembersWhatWasHeldOut() {
        DataSelection heldOut = DataSelection.recorded(
                Map.of("data", "mnist", "trainImages", "100", "testImages", "20", "heldOut", "20"));
        assertEquals(new DataSelection("mnist", 100, 20, 20), heldOut.with(null, null, null, null));
        assertEquals(
                recorded,
                DataSelection.recorded(
                        Map.of("data", "mnist", "trainImages", "100", "testImages", "20", "heldOut", "0")));
    }

    @Test
    void aCheckpointThatDoesNotSayIsRefused() {
        assertThrows(BadInputException.class, () -> DataSelection.recorded(Map.of()));
        assertThrows(
                BadInputException.class,
                () -> DataSelection.recorded(Map.of("data", "mnist", "trainImages", "many", "testImages", "20")));
    }
}
