package org.equipoise.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.equipoise.data.Catalogue;
import org.equipoise.data.Dataset;
import org.equipoise.error.BadInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSelectionTest {
    @TempDir
    Path folder;

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
    void limitsAreKeptWhereTheSameImagesAreElsewhere() {
        DataSelection moved = recorded.movedTo("elsewhere");
        assertEquals(new DataSelection("elsewhere", 100, 20, null), moved.with("elsewhere", null, null, null));
        assertEquals(recorded, recorded.movedTo(null));
    }

    @Test
    void aFolderThatIsGoneMayHaveMoved() {
        DataSelection gone = DataSelection.all(folder.resolve("gone").toString());
        Catalogue catalogue = new Catalogue(folder, List.of());
        BadInputException refusal = assertThrows(BadInputException.class, () -> gone.open(catalogue));
        assertEquals(
                "There is no folder '" + folder.resolve("gone")
                        + "'; the data that were there, or --data with the folder where they are now, were expected.",
                refusal.getMessage());
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

    @Test
    void aFolderIsTheSameByAnotherPath() {
        DataSelection of = new DataSelection(folder.toString(), 5, 6, 7);
        String other = folder.resolve("..")
                .resolve(String.valueOf(folder.getFileName()))
                .toString();
        assertEquals(new DataSelection(other, 5, 6, 7), of.with(other, null, null, null));
        assertEquals(new DataSelection("digits", null, null, null), of.with("digits", null, null, null));
    }

    @Test
    void theFirstImagesAreOpenedAndTheLastHeldOut() {
        Catalogue catalogue = new Catalogue(folder, List.of());
        Dataset all = DataSelection.all(DataSelection.DEFAULT).open(catalogue);
        assertEquals(0, all.heldOut());
        Dataset first = new DataSelection("digits", 10, null, null).open(catalogue);
        assertEquals(all.train().limit(10).sha256(), first.train().sha256());
        assertEquals(all.test().sha256(), first.test().sha256());
        Dataset tested = new DataSelection("digits", null, 7, null).open(catalogue);
        assertEquals(all.train().sha256(), tested.train().sha256());
        assertEquals(all.test().limit(7).sha256(), tested.test().sha256());
        // Images are held out of all of them, before limits leave the first.
        Dataset heldOut = new DataSelection("digits", 10, 7, 20).open(catalogue);
        assertEquals(20, heldOut.heldOut());
        assertEquals(all.train().limit(10).sha256(), heldOut.train().sha256());
        assertEquals(all.train().last(20).limit(7).sha256(), heldOut.test().sha256());
    }
}
