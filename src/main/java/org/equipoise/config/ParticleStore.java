package org.equipoise.config;

/**
 * Whether the state that each training example settles in is kept for its next turn, which then starts from there (the persistent
 * particles of Scellier and Bengio 2017), and where.
 */
public enum ParticleStore {
    /** It is not: every free phase starts from zero. */
    NONE,
    /** In memory, entered in the ledger. */
    MEMORY,
    /** In a temporary file that is mapped into memory and takes none of the budget. */
    FILE
}
