package org.equipoise.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.equipoise.memory.MemorySize;
import org.equipoise.network.Topology;
import org.equipoise.report.analysis.RunRecord;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.training.EpochMetrics;

/** What a run came to, and where it comes from. */
final class RunFacts {
    private static final String UNKNOWN = "not recorded";

    private RunFacts() {}

    /** {@return the figures that matter most} */
    static List<Fact> keyFigures(RunRecord run) {
        List<Fact> figures = new ArrayList<>();
        int planned = run.configuration().training().epochs();
        if (run.epochs().isEmpty()) {
            figures.add(new Fact("Epochs", "0 of " + planned));
            return figures;
        }
        EpochMetrics last = run.epochs().getLast();
        figures.add(new Fact("Test error", Numbers.fixed(last.testErrorPercent(), 2) + " %"));
        figures.add(new Fact("Training error", Numbers.fixed(last.trainErrorPercent(), 2) + " %"));
        figures.add(new Fact("Epochs", last.epoch() + " of " + planned));
        figures.add(new Fact("Training and tests", Numbers.duration(last.seconds())));
        figures.add(new Fact("Sample-steps a second", Numbers.brief(last.sampleStepsPerSecond())));
        if (run.memory().measuredBytes() > 0) {
            figures.add(
                    new Fact("Off-heap memory", MemorySize.format(run.memory().measuredBytes())));
        }
        return figures;
    }

    /** {@return the layers of a network, the image first} */
    static String network(Topology topology) {
        StringBuilder text = new StringBuilder();
        for (int l = 0; l <= topology.connections().size(); l++) {
            LayerLayout layer = topology.layout(l);
            text.append(l == 0 ? "" : " → ").append(layer.channels());
            if (layer.positions() > 1) {
                text.append('×').append(layer.height()).append('×').append(layer.width());
            }
        }
        return text.toString();
    }

    /** {@return where a run comes from} */
    static List<Fact> provenance(RunRecord run) {
        Map<String, String> recorded = run.provenance();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Folder", run.folder().toString()));
        facts.add(new Fact("Network", network(run.topology())));
        facts.add(new Fact("Parameters", Numbers.brief((double) run.topology().parameterCount())));
        facts.add(new Fact("Data", value(recorded, "data")));
        facts.add(new Fact("Training images", value(recorded, "trainImages")));
        facts.add(new Fact("Their SHA-256", value(recorded, "trainSha256")));
        facts.add(new Fact("Test images", value(recorded, "testImages")));
        facts.add(new Fact("Their SHA-256", value(recorded, "testSha256")));
        facts.add(new Fact("Seed", Long.toString(run.configuration().training().seed())));
        facts.add(new Fact("JDK", value(recorded, "jdk")));
        facts.add(new Fact("Processor", value(recorded, "processor")));
        String bits = value(recorded, "vectorBits");
        facts.add(new Fact("Kernels", value(recorded, "kernels") + (bits.equals("0") ? "" : ", " + bits + " bits")));
        facts.add(new Fact("Threads", value(recorded, "threads")));
        facts.add(new Fact("Version", value(recorded, "version")));
        facts.add(new Fact("Commit", value(recorded, "commit")));
        return facts;
    }

    private static String value(Map<String, String> recorded, String key) {
        return recorded.getOrDefault(key, UNKNOWN);
    }
}
