package org.equipoise.experiment.reproduce;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the paper's Table II, or another published system that is a preset, with what its source says it reaches.
 *
 * @param preset the preset, which has the source's epochs
 * @param label a short name, for figures
 * @param panel which figure it belongs in
 * @param testPercent published test error in per cent, null where the source does not say or its text has lost it
 * @param trainPercent the same of the training error
 * @param memoryMegabytes published memory at batch 10 and 150 steps, on a GPU with all of its library, null where there is none
 */
public record PublishedSystem(
        String preset,
        String label,
        Panel panel,
        String data,
        @Nullable Double testPercent,
        @Nullable Double trainPercent,
        @Nullable Integer memoryMegabytes) {
    private static final String MNIST = "mnist";
    private static final String FASHION = "fashion-mnist";
    private static final String CIFAR = "cifar10";

    /** Which panel of the figure a system stands in. */
    public enum Panel {
        /** The paper's, on MNIST. */
        PAPER_MNIST("the paper's systems on MNIST"),
        /** The paper's, on FashionMNIST. */
        PAPER_FASHION("the paper's systems on FashionMNIST"),
        /** Others. */
        OTHERS("other systems on MNIST");

        private final String title;

        Panel(String title) {
            this.title = title;
        }

        /** {@return what stands above it} */
        String title() {
            return title;
        }
    }

    /** All of them: first the paper's four ways of learning on its two data sets, then the works before it. */
    public static final List<PublishedSystem> ALL = List.of(
            new PublishedSystem("paper-mnist", "SNN EP", Panel.PAPER_MNIST, MNIST, 0.97, null, 321),
            new PublishedSystem("paper-mnist-bptt", "SNN BPTT", Panel.PAPER_MNIST, MNIST, null, null, 2171),
            new PublishedSystem("paper-mnist-crnn", "CRNN EP", Panel.PAPER_MNIST, MNIST, null, null, 309),
            new PublishedSystem("paper-mnist-crnn-bptt", "CRNN BPTT", Panel.PAPER_MNIST, MNIST, null, null, 3018),
            new PublishedSystem("paper-fashion-mnist", "SNN EP", Panel.PAPER_FASHION, FASHION, 8.89, null, 321),
            new PublishedSystem("paper-fashion-mnist-bptt", "SNN BPTT", Panel.PAPER_FASHION, FASHION, null, null, 2171),
            new PublishedSystem("paper-fashion-mnist-crnn", "CRNN EP", Panel.PAPER_FASHION, FASHION, null, null, 309),
            new PublishedSystem(
                    "paper-fashion-mnist-crnn-bptt", "CRNN BPTT", Panel.PAPER_FASHION, FASHION, null, null, 3018),
            new PublishedSystem("oconnor-1fc", "O'Connor 1", Panel.OTHERS, MNIST, 2.37, 0.15, null),
            new PublishedSystem("oconnor-3fc", "O'Connor 3", Panel.OTHERS, MNIST, 2.42, 0.27, null),
            new PublishedSystem("eqspike-1fc", "EqSpike", Panel.OTHERS, MNIST, 2.41, 1.09, null),
            new PublishedSystem("ernoult-2c1fc", "Ernoult", Panel.OTHERS, MNIST, 1.02, 0.54, null),
            new PublishedSystem("cep-1fc", "C-EP", Panel.OTHERS, MNIST, null, null, null),
            new PublishedSystem("scellier-1fc", "Scellier 1", Panel.OTHERS, MNIST, 2.5, null, null),
            new PublishedSystem("scellier-2fc", "Scellier 2", Panel.OTHERS, MNIST, 2.3, null, null),
            new PublishedSystem("scellier-3fc", "Scellier 3", Panel.OTHERS, MNIST, 2.4, null, null),
            new PublishedSystem("laborieux-cifar10", "Laborieux", Panel.OTHERS, CIFAR, 11.7, null, null));

    /** {@return the presets of all} */
    public static List<String> presets() {
        return ALL.stream().map(PublishedSystem::preset).toList();
    }
}
