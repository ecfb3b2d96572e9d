package org.equipoise.cli;

import java.util.ArrayList;
import org.equipoise.experiment.reproduce.PublishedSystem;

/** The rows of {@code reproduce table2}, for help and completion. */
final class RowNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    RowNames() {
        super(PublishedSystem.presets());
    }
}
