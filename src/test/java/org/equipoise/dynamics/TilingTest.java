package org.equipoise.dynamics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
    @ParameterizedTest
    @CsvSource({"100,2,64,50,2", "300,2,64,50,6", "7,4,64,2,4", "1,4,64,1,1", "64,1,64,64,1", "65,1,64,33,2"})
    void tilesAreAsEvenAsRoundsOfAllWorkersAllow(int images, int workers, int most, int size, int tiles) {
        Tiling tiling = Tiling.of(images, workers, most);
        assertEquals(new Tiling(workers, size), tiling);
        assertEquals(tiles, tiling.tiles(images));
    }

    @ParameterizedTest
    @CsvSource({"100,100", "100,37", "100,3", "100,1", "65,65"})
    void tilesFollowEachOtherAndMissNoImage(int planned, int images) {
        Tiling tiling = Tiling.of(planned, 3, 16);
        int next = 0;
        for (int number = 0; number < tiling.tiles(images); number++) {
            Tile tile = tiling.tile(images, number, 2);
            assertEquals(2, tile.worker());
            assertEquals(next, tile.first());
            assertTrue(tile.count() > 0 && tile.count() <= tiling.most(), tile.toString());
            next = tile.end();
        }
        assertEquals(images, next);
    }

    /** A smaller batch is still shared by all workers. */
    @Test
    void aRestIsSharedByAllWorkers() {
        Tiling tiling = new Tiling(3, 16);
        assertEquals(3, tiling.tiles(9));
        assertEquals(new Tile(1, 3, 6), tiling.tile(9, 1, 1));
    }

    @Test
    void onlyTilesThatGoBackAndForthHaveRoomForIt() {
        assertTrue(TileUse.BACK_AND_FORTH.savesState());
        assertFalse(TileUse.ONE_WAY.savesState());
        assertFalse(TileUse.HELD.savesState());
    }
}
