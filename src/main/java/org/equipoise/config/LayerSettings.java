package org.equipoise.config;

import static org.equipoise.config.Kinds.Kind.kind;

import org.equipoise.config.Kinds.Style;

/** One layer of a network. */
public sealed interface LayerSettings {
    /** The kinds of layers by the key that tells them. */
    Kinds<LayerSettings> KINDS = new Kinds<>(
            Style.FIRST_KEY,
            kind("linear", Linear.class, () -> Linear.SETTINGS),
            kind("conv", Convolution.class, () -> Convolution.SETTINGS));

    /** A convolution and, after it, pooling; the layer's neurons live after the pooling. */
    record Convolution(int channels, int kernel, int stride, int padding, Pooling pooling) implements LayerSettings {
        static final SettingsTable<Convolution> SETTINGS = SettingsTable.line(
                        Convolution.class, "A layer of network.layers has ", """
                conv = channels | needed | a whole number from 1 to 65536 | output channels of a convolution
                (linear) | | |
                kernel | needed | a whole number from 1 to 63 | side of the kernel
                stride | 1 | a whole number from 1 to 63 | distance between neighbouring windows
                pad = padding | 0 | a whole number less than the kernel | rows and columns of zeros around the input
                pool = pooling | none | | average or maximum after the convolution""")
                .form("pool", Pooling.FORM);

        /** Refuses counts that no convolution has. */
        public Convolution {
            SETTINGS.check(channels, kernel, stride, padding, pooling);
            new Range("a whole number from 0 to " + (kernel - 1))
                    .require("A layer of network.layers has pad: ", padding);
        }
    }

    /** A layer connected to everything before it. */
    record Linear(int units) implements LayerSettings {
        static final SettingsTable<Linear> SETTINGS =
                SettingsTable.line(Linear.class, "A layer of network.layers has ", """
                linear = units | needed | a whole number from 1 to 1048576 | neurons that are connected to everything before them""");

        /** Refuses counts that no layer has. */
        public Linear {
            SETTINGS.check(units);
        }
    }
}
