package org.equipoise.data;

import java.util.List;
import org.equipoise.error.BadInputException;

/**
 * A data set and where it is, or would be.
 *
 * @param place where its files are looked for
 * @param store the folder that fetching puts them into
 */
public record LocatedDataset(KnownDataset set, DataPlace place, DataPlace.Folder store) {
    /** Whether it can be opened. */
    public enum State {
        /** It comes with Equipoise. */
        BUNDLED,
        /** Its files are there. */
        PRESENT,
        /** Some of its files are missing or of the wrong size. */
        INCOMPLETE,
        /** None of its files is there. */
        ABSENT
    }

    /** {@return whether it can be opened, by a quick look that reads nothing: the size of a gzipped file is taken for granted} */
    public State state() {
        if (set.bundled()) {
            return State.BUNDLED;
        }
        if (set.files().stream().noneMatch(place::has)) {
            return State.ABSENT;
        }
        return set.files().stream().allMatch(this::mayBe) ? State.PRESENT : State.INCOMPLETE;
    }

    private boolean mayBe(KnownFile file) {
        long size = place.size(file);
        return place.has(file) && (size < 0 || size == file.bytes());
    }

    /** {@return where it is for people} */
    public String where() {
        return place.where();
    }

    /** {@return what reading each file finds of it} */
    public List<FileCheck> verify() {
        return set.files().stream().map(file -> FileCheck.of(this, file)).toList();
    }

    /**
     * Reads the data set.
     *
     * @return its images, the files checked against the checksums that are known
     * @throws BadInputException if a file is missing or is not as expected
     */
    public Dataset open() {
        State state = state();
        if (state == State.ABSENT || state == State.INCOMPLETE) {
            throw new BadInputException("The data set '" + set.name() + "' " + missing(state));
        }
        return read(set.name());
    }

    private String missing(State state) {
        if (set.source() instanceof KnownDataset.UserFolder user) {
            return "is not whole in '" + where() + "'; " + user.files()
                    + " were expected there, or --data with the folder that holds them.";
        }
        return state == State.ABSENT
                ? "has not been fetched; " + remedy() + " puts it into '" + where() + "'."
                : "in '" + where() + "' lacks files or has some of the wrong size; " + remedy() + " completes it.";
    }

    /** Reads the data set, whatever the size of its files, and gives it another name. */
    Dataset read(String name) {
        return new Dataset(
                name,
                set.format().read(name + " train", this, set.train()),
                set.format().read(name + " test", this, set.test()),
                set.classNames(),
                set.licence(),
                set.origin());
    }

    BadInputException wrongContent(KnownFile file) {
        return new BadInputException("'" + place.where(file) + "' does not have the SHA-256 of the file of '"
                + set.name() + "' it should be; " + remedy() + " puts a right one into '" + store.where() + "'.");
    }

    private String remedy() {
        return "'./equipoise data fetch " + set.name() + "'";
    }
}
