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
        assertEquals(new DataSelection("mnist", 100, 20), recorded);
        assertEquals(recorded, recorded.with(null, null, null));
    }

    @Test
    void whatIsAskedForGoesBeforeWhatIsRemembered() {
        assertEquals(new DataSelection("mnist", 100, 7), recorded.with("mnist", null, 7));
        assertEquals(new DataSelection("mnist", 8, 20), recorded.with(null, 8, null));
    }

    @Test
    void limitsOfOneDataSetAreNotKeptForAnother() {
        assertEquals(new DataSelection("digits", null, 7), recorded.with("digits", null, 7));
    }

    @Test
    void aCheckpointThatDoesNotSayIsRefused() {
        assertThrows(BadInputException.class, () -> DataSelection.recorded(Map.of()));
        assertThrows(
                BadInputException.class,
                () -> DataSelection.recorded(Map.of("data", "mnist", "trainImages", "many", "testImages", "20")));
    }
}
