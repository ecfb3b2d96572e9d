package org.equipoise.training;

import java.nio.file.Files;
import java.nio.file.Path;
import org.equipoise.error.BadInputException;
import org.equipoise.training.CheckpointHeader.Role;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoint that a run can go on from: the last, or the one before it if something has happened to the last.
 *
 * @param file where it is
 * @param header what it says
 * @param damage what is wrong with the last, a sentence, if this is the one before it
 */
record UsableCheckpoint(
        Path file, CheckpointHeader header, @Nullable String damage) {
    /**
     * @param run a run directory
     * @return its newest checkpoint that is whole and its own
     * @throws BadInputException if there is none
     */
    static UsableCheckpoint of(RunDirectory run) {
        try {
            return new UsableCheckpoint(run.last(), read(run, run.last()), null);
        } catch (BadInputException damaged) {
            if (!Files.exists(run.previous())) {
                throw damaged;
            }
            String damage = String.valueOf(damaged.getMessage());
            return new UsableCheckpoint(run.previous(), readInstead(run, damage), damage);
        }
    }

    private static CheckpointHeader readInstead(RunDirectory run, String damage) {
        try {
            return read(run, run.previous());
        } catch (BadInputException e) {
            throw new BadInputException(
                    damage.replaceFirst("\\.$", "") + ", nor can the checkpoint before it be used: " + e.getMessage(),
                    e);
        }
    }

    private static CheckpointHeader read(RunDirectory run, Path file) {
        CheckpointHeader header = Checkpoint.header(file);
        requireOwn(run, run.id(), file, Role.LAST, header);
        return header;
    }

    /**
     * Sees to it that a checkpoint is what its name says.
     *
     * @param run a run directory
     * @param id the name of its run, empty if that is not known
     * @param file one of its checkpoints
     * @param role what it should be
     * @param header what it says
     * @throws BadInputException if it is something else
     */
    static void requireOwn(RunDirectory run, String id, Path file, Role role, CheckpointHeader header) {
        if (header.role() != role) {
            throw new BadInputException(file + " is the " + CheckpointHeader.word(header.role())
                    + " checkpoint of its run; the " + CheckpointHeader.word(role) + " was expected.");
        }
        if (!id.isEmpty() && !header.run().isEmpty() && !id.equals(header.run())) {
            throw new BadInputException(
                    file + " is a checkpoint of another run; one of the run in " + run.folder() + " was expected.");
        }
    }
}
