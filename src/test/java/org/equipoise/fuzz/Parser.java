package org.equipoise.fuzz;

import java.util.Locale;
import org.equipoise.cli.CommandFuzz;
import org.equipoise.data.fetch.TarballFuzz;

/** Everything that reads what others have written, and the command line. */
enum Parser {
    IDX(IdxFuzz::fuzzerTestOneInput),
    GZIP(GzipFuzz::fuzzerTestOneInput),
    CIFAR(CifarFuzz::fuzzerTestOneInput),
    SAFETENSORS(SafetensorsFuzz::fuzzerTestOneInput),
    NPY(NpyFuzz::fuzzerTestOneInput),
    NPZ(NpzFuzz::fuzzerTestOneInput),
    PNG(PngFuzz::fuzzerTestOneInput),
    YAML(YamlFuzz::fuzzerTestOneInput),
    SIZE(SizeFuzz::fuzzerTestOneInput),
    RUN(RunFuzz::fuzzerTestOneInput),
    TARBALL(TarballFuzz::fuzzerTestOneInput),
    COMMAND(CommandFuzz::fuzzerTestOneInput);

    /** Fails for an input that is neither read nor refused. */
    interface Target {
        void accept(byte[] input) throws Exception;
    }

    private final Target target;

    Parser(Target target) {
        this.target = target;
    }

    /** {@return the folder of its corpus} */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    void read(byte[] input) throws Exception {
        target.accept(input);
    }
}
