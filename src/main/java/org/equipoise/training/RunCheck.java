package org.equipoise.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;
import org.equipoise.interop.SafetensorsFile;
import org.equipoise.training.CheckpointHeader.Role;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run directory is whole: every byte of its checkpoints is read, and its files are compared with each other. Nothing is
 * changed, and no data set is needed.
 *
 * @param folder the run directory
 * @param checkpoints those that are whole
 * @param findings what is wrong
 * @param notes what is worth knowing and wrong with nothing
 */
public record RunCheck(Path folder, List<CheckedCheckpoint> checkpoints, List<Finding> findings, List<String> notes) {
    /** Copies the lists. */
    public RunCheck {
        checkpoints = List.copyOf(checkpoints);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /**
     * Something that is wrong.
     *
     * @param file with which file of the run directory
     * @param problem one sentence: what, where, and what was expected
     */
    public record Finding(String file, String problem) {}

    /** {@return whether nothing is wrong} */
    public boolean sound() {
        return findings.isEmpty();
    }

    /**
     * @param folder a run directory
     * @return how it is
     * @throws BadInputException if it is no run directory
     */
    public static RunCheck of(Path folder) {
        RunDirectory run = RunDirectory.open(folder);
        Examination examination = new Examination(run);
        examination.examine();
        return new RunCheck(folder, examination.checkpoints, examination.findings, examination.notes);
    }

    /** Gathers what is found. */
    private static final class Examination {
        private final RunDirectory run;
        private final List<CheckedCheckpoint> checkpoints = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private String id = "";

        Examination(RunDirectory run) {
            this.run = run;
        }

        void examine() {
            id();
            CheckpointHeader last = checkpoint(run.last(), Role.LAST, true);
            CheckpointHeader previous = checkpoint(run.previous(), Role.LAST, false);
            CheckpointHeader newest = last == null ? previous : last;
            boolean bestIsDue = newest != null && newest.progress().epoch() > 0;
            CheckpointHeader best = checkpoint(run.best(), Role.BEST, bestIsDue);
            // The first checkpoint is written before what only describes the run.
            boolean justBegun = newest != null && place(newest) == 0 && previous == null;
            described(run.provenanceFile(), "the provenance of the run was", justBegun);
            described(run.configurationFile(), "the settings of the run were", justBegun);
            if (newest != null) {
                compare(newest, previous, run.previous(), place(newest));
                // The best is saved before the last: a run that is killed between is one epoch behind its best.
                compare(newest, best, run.best(), place(newest.progress().epoch() + 1, 0));
                settings(newest);
                run.metricsFiles()
                        .problems(newest.progress().epoch())
                        .forEach(problem -> findings.add(new Finding("metrics", problem)));
            }
            leftBehind();
        }

        private void id() {
            try {
                id = run.id();
            } catch (BadInputException e) {
                find(run.provenanceFile(), String.valueOf(e.getMessage()));
            }
        }

        private @Nullable CheckpointHeader checkpoint(Path file, Role role, boolean due) {
            if (!Files.exists(file)) {
                if (due) {
                    find(file, file + " is missing; a checkpoint was expected.");
                }
                return null;
            }
            try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
                CheckpointHeader header = CheckpointHeader.read(tensors, file);
                UsableCheckpoint.requireOwn(run, id, file, role, header);
                CheckedCheckpoint checked = CheckedCheckpoint.of(file, tensors, header);
                CheckedCheckpoint.problems(file, tensors, header).forEach(problem -> find(file, problem));
                checkpoints.add(checked);
                if (!checked.checksummed()) {
                    notes.add(file + " was written before checkpoints had checksums; its numbers cannot be verified.");
                }
                return header;
            } catch (BadInputException | WorkFailedException e) {
                find(file, String.valueOf(e.getMessage()));
                return null;
            }
        }

        private void compare(CheckpointHeader newest, @Nullable CheckpointHeader other, Path file, long farthest) {
            if (other == null) {
                return;
            }
            if (!other.configuration()
                    .withEpochs(1)
                    .equals(newest.configuration().withEpochs(1))) {
                find(file, file + " has other settings than the last checkpoint; the same were expected.");
            }
            if (place(other) > farthest) {
                find(file, file + " is ahead of the last checkpoint; an earlier one, or the same, was expected.");
            }
        }

        private static long place(CheckpointHeader header) {
            return place(header.progress().epoch(), header.progress().batch());
        }

        /** In the order of epochs and, in an epoch, of batches. */
        private static long place(int epoch, int batch) {
            return ((long) epoch << Integer.SIZE) + batch;
        }

        private void settings(CheckpointHeader newest) {
            run.differingSettings(newest.configuration()).ifPresent(problem -> find(run.configurationFile(), problem));
        }

        private void described(Path file, String what, boolean justBegun) {
            if (Files.exists(file)) {
                return;
            }
            if (justBegun) {
                notes.add(file + " is missing; the run was killed at its start, and --resume writes it.");
            } else {
                find(file, file + " is missing; " + what + " expected.");
            }
        }

        private void leftBehind() {
            run.unfinished()
                    .forEach(file -> notes.add(
                            file + " was left by a process that was killed while it wrote; --resume removes it."));
            if (Files.exists(run.damaged())) {
                notes.add(run.damaged() + " is a damaged checkpoint that was set aside; it may be removed.");
            }
        }

        private void find(Path file, String problem) {
            findings.add(new Finding(String.valueOf(file.getFileName()), problem));
        }
    }
}
