package org.equipoise.experiment.gradcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A result as tables. */
public final class GradcheckTables {
    private static final String RATE = "rate";
    private static final String SPIKING = "spiking";

    private GradcheckTables() {}

    /** One line of a table: the agreement of the weights or biases of a layer. */
    private record Row(String neurons, String pooling, LayerAgreement layer, String parameters, Agreement agreement) {}

    private static List<Row> rows(GradcheckResult result) {
        List<Row> rows = new ArrayList<>(rows(RATE, "", result.layers()));
        for (PoolingAgreement pooling : result.spiking()) {
            rows.addAll(rows(SPIKING, pooling.pooling(), pooling.layers()));
        }
        return rows;
    }

    private static List<Row> rows(String neurons, String pooling, List<LayerAgreement> layers) {
        List<Row> rows = new ArrayList<>();
        for (LayerAgreement layer : layers) {
            rows.add(new Row(neurons, pooling, layer, "weights", layer.weights()));
            rows.add(new Row(neurons, pooling, layer, "biases", layer.bias()));
        }
        return rows;
    }

    /**
     * @param result what was found
     * @return one line for the weights and one for the biases of each layer, after a line of names; the pooling of the rate network is
     *     the one that was asked for, and its field empty
     */
    public static String csv(GradcheckResult result) {
        StringBuilder text = new StringBuilder(
                "neurons,pooling,layer,name,parameters,cosine,normRatio,relativeRmse,signErrorPercent\n");
        for (Row row : rows(result)) {
            Agreement agreement = row.agreement();
            text.append(String.join(
                            ",",
                            row.neurons(),
                            row.pooling(),
                            Integer.toString(row.layer().layer()),
                            row.layer().name(),
                            row.parameters(),
                            Double.toString(agreement.cosine()),
                            Double.toString(agreement.normRatio()),
                            Double.toString(agreement.relativeRmse()),
                            Double.toString(agreement.signErrorPercent())))
                    .append('\n');
        }
        return text.toString();
    }

    /**
     * @param result what was found
     * @return tables in Markdown, that of the rate network first
     */
    public static String markdown(GradcheckResult result) {
        StringBuilder text =
                new StringBuilder("Rate network, Equilibrium Propagation against back-propagation, step by step:\n\n");
        text.append("| layer | parameters | cosine | ratio of lengths | relative RMSE | sign errors |\n");
        text.append("|---|---|---:|---:|---:|---:|\n");
        rows(RATE, "", result.layers())
                .forEach(row -> text.append(format(
                        "| %d, %s | %s | %.6f | %.4f | %.4f | %.2f %% |\n",
                        row.layer().layer(),
                        row.layer().name(),
                        row.parameters(),
                        row.agreement().cosine(),
                        row.agreement().normRatio(),
                        row.agreement().relativeRmse(),
                        row.agreement().signErrorPercent())));
        if (!result.spiking().isEmpty()) {
            text.append("\nSpiking network, Equilibrium Propagation against back-propagation in its rate network:\n\n");
            text.append("| pooling | layer | parameters | cosine | ratio of lengths | sign errors |\n");
            text.append("|---|---|---|---:|---:|---:|\n");
        }
        for (PoolingAgreement pooling : result.spiking()) {
            rows(SPIKING, pooling.pooling(), pooling.layers())
                    .forEach(row -> text.append(format(
                            "| %s | %d, %s | %s | %.4f | %.3f | %.1f %% |\n",
                            row.pooling(),
                            row.layer().layer(),
                            row.layer().name(),
                            row.parameters(),
                            row.agreement().cosine(),
                            row.agreement().normRatio(),
                            row.agreement().signErrorPercent())));
        }
        return text.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would bring a dependency for this one method
    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
