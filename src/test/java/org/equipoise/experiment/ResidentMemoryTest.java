package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
    @Test
    void readsBothFields() {
        String status = "Name:\tjava\nVmPeak:\t 9000 kB\nVmHWM:\t   1234 kB\nVmRSS:\t     56 kB\nThreads:\t7\n";
        assertEquals(Optional.of(new ResidentMemory(56 * 1024, 1234 * 1024)), ResidentMemory.parse(status));
    }

    @Test
    void aMissingFieldIsNoAnswer() {
        assertEquals(Optional.empty(), ResidentMemory.parse("VmRSS:\t 56 kB\n"));
        assertEquals(Optional.empty(), ResidentMemory.parse(""));
    }

    @Test
    void thisProcessHasPeakedAtLeastWhereItIs() {
        Optional<ResidentMemory> found = ResidentMemory.ofThisProcess();
        assertEquals(Files.isReadable(Path.of("/proc/self/status")), found.isPresent());
        found.ifPresent(memory -> assertTrue(memory.peakBytes() >= memory.currentBytes() && memory.currentBytes() > 0));
    }
}
