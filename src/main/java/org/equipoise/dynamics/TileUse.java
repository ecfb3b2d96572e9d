package org.equipoise.dynamics;

/** What the tiles of a team are for, and so what they have room for. */
public enum TileUse {
    /** Each goes through its phases one after the other and never back: as many tiles as workers. */
    ONE_WAY,
    /** Each may {@link Settling#saveState} a state and go back to it: as many tiles as workers, each with a copy of its state. */
    BACK_AND_FORTH,
    /** All images of a batch are held at once and go one way: as many tiles as the batch has. */
    HELD;

    /** {@return whether a tile has room to remember a state} */
    boolean savesState() {
        return this == BACK_AND_FORTH;
    }
}
