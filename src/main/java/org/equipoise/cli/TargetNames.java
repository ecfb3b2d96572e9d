package org.equipoise.cli;

import java.util.ArrayList;
import java.util.Arrays;
import org.equipoise.experiment.reproduce.Target;

/** What {@code reproduce} can make, for help and completion. */
final class TargetNames extends ArrayList<String> {
    /** Each in turn. */
    static final String ALL = "all";

    private static final long serialVersionUID = 1L;

    TargetNames() {
        super(Arrays.stream(Target.values()).map(Target::word).toList());
        add(ALL);
    }
}
