package org.equipoise.bench.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.equipoise.bench.sweep.SweepOptions.Misuse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A sweep varies one thing at a time, and its table says what its runs do. */
class SweepTest {
    private static final Path HOME = Path.of("/home of it");

    private static SweepOptions options(String... arguments) {
        return SweepOptions.parse(HOME, 512, arguments);
    }

    private static Measurement run(int round, Setting setting, double speed, double rate) {
        String report =
                "{\"sampleStepsPerSecond\":" + speed + ",\"additionsPerSampleStep\":1000,\"additionsOfPeak\":0.125,"
                        + "\"streamedOfPeak\":null,\"batches\":3,\"batch\":100,\"sampleSteps\":21000,\"firingRates\":[0.1,"
                        + rate + "," + 3 * rate + ",0.5]}";
        return new Measurement(
                round, setting, List.of("run"), 0, JsonMapper.shared().readTree(report));
    }

    @Test
    void everySettingDiffersFromTheBaseInOneThing() {
        SweepOptions options = options("--threads", "2", "--model", "m.safetensors");
        List<Setting> settings = Sweep.settings(options, 512);
        assertEquals(settings.size(), new HashSet<>(settings).size());
        assertEquals(options.base(), settings.getFirst());
        assertEquals(1 + 5 + 3 + 2 + 1 + 6 + 1, settings.size(), "the base, by dimension, the model");
        for (Setting setting : settings.subList(1, settings.size())) {
            int differences = setting.trained() ? 1 : 0;
            for (Dimension dimension : Dimension.values()) {
                differences += dimension.of(setting) == dimension.of(options.base()) ? 0 : 1;
            }
            assertEquals(1, differences, setting.toString());
        }
    }

    @Test
    void widthsBeyondTheMachineAreLeftOut() {
        List<Setting> settings = Sweep.settings(SweepOptions.parse(HOME, 256, "--only", "width"), 256);
        assertEquals(List.of(256, 128), settings.stream().map(Setting::bits).toList());
    }

    @Test
    void theCommandSaysAllOfTheSetting() {
        SweepOptions options = options("--seconds", "2.5", "--model", "m", "--nudge", "7", "--", "--no-peak");
        Setting setting = new Setting(16, 20, 256, 2, 0.25, true);
        assertEquals(
                "/home of it/equipoise|-Dequipoise.vectorBits=256|-Dequipoise.requireVector=true|bench|--preset|paper-mnist"
                        + "|--data|mnist|--set|phases.free=20|--set|phases.nudge=7|--batch|16|--threads|2|--seconds|2.5"
                        + "|--warm-up|5|--gain|0.25|--model|m|--json|--no-peak",
                String.join("|", setting.command(options)));
    }

    @Test
    void theTableHasMediansRangesAndRatiosWithinARound() {
        Setting base = options().base();
        Setting other = base.withBatch(16);
        List<Measurement> runs = new ArrayList<>();
        // The machine gets twice as slow in the last round; the ratio does not.
        double[] speeds = {8000, 8400, 4000};
        for (int round = 0; round < speeds.length; round++) {
            runs.add(run(round, base, speeds[round], 0.1));
            runs.add(run(round, other, speeds[round] / 2, 0.1));
        }
        String text = new SweepReport(JsonMapper.shared().readTree("{\"processor\":\"P\"}"), runs).markdown();
        assertTrue(
                text.contains("| 16 | 4,000 (2,000 to 4,200) | 0.50 | 17.5 | 0.10 0.10 0.30 0.50 | 1,000 | 13 % |  |"),
                text);
        assertTrue(text.contains("| 125 | 8,000 (4,000 to 8,400) | 1.00 | 8.8 |"), text);
        assertTrue(text.contains("| processor | P |"), text);
        assertEquals(0.2, runs.getFirst().hiddenRate(), 1e-12);
    }

    @Test
    void theMiddleOfAnEvenNumberIsBetween() {
        assertEquals(2.5, Sweep.median(4, 1, 2, 3));
        assertEquals(2, Sweep.median(7, 1, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rounds 0",
                "--seconds 0",
                "--seconds soon",
                "--only speed",
                "--rouns 3",
                "--model",
                "--batch -1"
            })
    void whatMakesNoSenseIsRefusedInOneSentence(String arguments) {
        Misuse refused = assertThrows(Misuse.class, () -> options(arguments.split(" ")));
        assertTrue(String.valueOf(refused.getMessage()).endsWith("."), refused.getMessage());
    }

    @Test
    void aMachineIsDescribed() {
        assertTrue(
                MachineDescription.now().keySet().containsAll(List.of("processor", "caches", "jdk", "commit", "load")));
    }
}
