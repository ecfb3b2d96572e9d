package org.equipoise.cli;

import java.util.ArrayList;
import org.equipoise.config.Presets;

/** The presets, for help and completion. */
final class PresetNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    PresetNames() {
        super(Presets.names());
    }
}
