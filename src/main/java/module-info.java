/**
 * Trains spiking and rate convolutional networks by Equilibrium Propagation on CPUs.
 *
 * <p>Programs use {@link org.equipoise.Equipoise}; what the packages that are not exported hold may change with every version.
 *
 * <p>Modules that are {@code static} here are needed for a part alone: the Vector API for speed, picocli for the command line, XChart
 * for its figures, jte and protobuf for its reports and logs, jhdf for NIR graphs, ap-loader for its flame graphs. A program that embeds the engine does without all but the first.
 */
module org.equipoise {
    requires com.fasterxml.jackson.annotation;
    requires java.desktop;
    requires java.management;
    requires java.net.http;
    requires jdk.jfr;
    requires jdk.management;
    requires org.snakeyaml.engine;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires static ap.loader.all;
    requires static com.google.protobuf;
    requires static gg.jte.runtime;
    requires static info.picocli;
    requires static io.jhdf;
    requires static java.compiler; // marks what jte generates
    requires static jdk.incubator.vector;
    requires static org.jspecify;
    requires static xchart;

    exports org.equipoise;
    exports org.equipoise.error;
    exports org.equipoise.memory;

    // Both read records and options of these by reflection.
    opens org.equipoise.cli to
            info.picocli,
            tools.jackson.databind;
    opens org.equipoise.experiment to
            tools.jackson.databind;
    opens org.equipoise.training to
            tools.jackson.databind;
}
