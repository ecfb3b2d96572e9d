package org.equipoise.network;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.config.Configuration;
import org.equipoise.config.ConfigurationReader;
import org.equipoise.error.BadInputException;
import org.equipoise.memory.MemoryPlan;
import org.equipoise.tensor.LayerLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks whose sizes do not fit the arithmetic that numbers them are refused, never counted wrongly. */
class TopologyLimitsTest {
    private static Configuration configuration(String input, String layer) {
        return ConfigurationReader.read("""
                network: {input: %s, layers: [%s, {linear: 2}]}
                learning: {rates: [0.1, 0.1]}
                """.formatted(input, layer), "test", List.of());
    }

    /** The largest that settings allow each alone, together. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 16384, 16384] | {conv: 65536, kernel: 63} | fewer than 2^31 neurons",
                "[1, 1008, 1008] | {conv: 65536, kernel: 63, stride: 63, pool: avg16} | fewer than 2^31 weights",
                "[1, 16384, 16384] | {linear: 1048576} | fewer than 2^31 weights",
                "[16, 4096, 4096] | {linear: 200} | fewer than 2^31 weights",
            })
    void whatCannotBeNumberedIsRefused(String input, String layer, String expected) {
        Configuration configuration = configuration(input, layer);
        String message = assertThrows(BadInputException.class, () -> Topology.of(configuration.network()))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }

    /** Products that would wrap around to something small: 2^93, 2^64, 2^64 and what is padded to 2^31. */
    @ParameterizedTest
    @CsvSource({
        "2147483647, 2147483647, 2147483647",
        "65536, 65536, 1",
        "4, 2147483647, 2147483647",
        "1, 1, 2147483647",
        "1, 1, 2147483600"
    })
    void layoutsNeverWrapAround(int height, int width, int channels) {
        assertThrows(BadInputException.class, () -> LayerLayout.ofNeurons(channels, height, width));
        if (height > 1) {
            assertThrows(BadInputException.class, () -> LayerLayout.ofImage(channels, height, width));
        }
    }

    @Test
    void aLargeNetworkThatCanBeNumberedIsPlannedToTheByte() {
        Topology topology =
                Topology.of(configuration("[1, 4096, 4096]", "{linear: 7}").network());
        MemoryPlan plan = Parameters.plan(topology);
        assertTrue(plan.totalBytes() > (1L << 24) * 16 * Float.BYTES, plan.totalBytes() + " bytes");
    }
}
