package org.equipoise.data;

/** Whether a known data set can be opened. */
public enum DatasetState {
    /** It comes with Equipoise. */
    BUNDLED,
    /** Its files are there. */
    PRESENT,
    /** Some of its files are missing or of the wrong size. */
    INCOMPLETE,
    /** None of its files is there. */
    ABSENT
}
