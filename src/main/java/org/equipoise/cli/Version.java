package org.equipoise.cli;

import java.util.Properties;
import org.equipoise.training.Provenance;
import picocli.CommandLine.IVersionProvider;

/** Version and commit of this build. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Properties build = Provenance.build();
        String changed = Boolean.parseBoolean(build.getProperty("modified", "false")) ? ", with changes" : "";
        return new String[] {
            "Equipoise " + build.getProperty("version", "unknown") + " (commit "
                    + build.getProperty("commit", "unknown") + changed + ")"
        };
    }
}
