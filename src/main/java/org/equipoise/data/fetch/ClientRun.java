package org.equipoise.data.fetch;

import java.util.List;
import java.util.regex.Pattern;
import org.equipoise.error.WorkFailedException;

/**
 * How a package client's run ended.
 *
 * @param errors the lines it wrote to standard error
 */
record ClientRun(String client, int exitCode, List<String> errors) {
    /** npm's first lines give codes and its last ones where its log is; apt-get and dpkg-deb mark errors by E: and error:. */
    private static final Pattern TELLING =
            Pattern.compile("npm (error|ERR!) (?!code |errno |syscall |path |dest ).*|E: .*|\\S+: error: .*");

    ClientRun {
        errors = errors.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    boolean succeeded() {
        return exitCode == 0;
    }

    void mustSucceed() {
        if (!succeeded()) {
            throw new WorkFailedException(client + " failed with exit code " + exitCode + ": " + complaint() + ".");
        }
    }

    /** {@return the first line marked as the error, else the last line, without a full stop} */
    String complaint() {
        String last = errors.isEmpty() ? "it gave no reason" : errors.getLast();
        String complaint = errors.stream()
                .filter(line -> TELLING.matcher(line).matches())
                .findFirst()
                .orElse(last);
        return complaint.endsWith(".") ? complaint.substring(0, complaint.length() - 1) : complaint;
    }
}
