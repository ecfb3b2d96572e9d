package org.equipoise.distributed.mpi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class MpiLibraryTest {
    private static String refusal(Map<String, String> variables) {
        WorkFailedException refused = assertThrows(WorkFailedException.class, () -> MpiLibrary.load(variables));
        return String.valueOf(refused.getMessage());
    }

    /** A library must be its launcher's, or every process believes that it is alone. */
    @Test
    void theLibraryOfTheLauncherIsTriedFirst() {
        List<String> usual = MpiLibrary.names(Map.of());
        assertEquals("libmpi.so.40", usual.getFirst());
        assertEquals(usual, MpiLibrary.names(Map.of("OMPI_COMM_WORLD_SIZE", "2", "PMI_RANK", "0")));
        List<String> underHydra = MpiLibrary.names(Map.of("PMI_RANK", "0"));
        assertEquals("libmpich.so.12", underHydra.getFirst());
        assertEquals(new HashSet<>(usual), new HashSet<>(underHydra));
        assertEquals(List.of("mine.so"), MpiLibrary.names(Map.of("PMI_RANK", "0", MpiLibrary.VARIABLE, "mine.so")));
    }

    @Test
    void aLibraryThatIsMissingOrNoMpiIsRefusedInASentence() {
        assertEquals(
                "The MPI library nowhere.so that EQUIPOISE_MPI names cannot be loaded.",
                refusal(Map.of(MpiLibrary.VARIABLE, "nowhere.so")));
        String other = refusal(Map.of(MpiLibrary.VARIABLE, "libm.so.6"));
        assertTrue(other.startsWith("The library /") && other.contains("libm.so.6 is none of Open MPI, MPICH"), other);
    }

    /** Where one is installed, it says which it is, by its symbols. */
    @Test
    void anInstalledLibraryIsToldApart() {
        for (String name : MpiLibrary.names(Map.of())) {
            Optional<NativeLibrary> loaded = NativeLibrary.load(name);
            if (loaded.isPresent()) {
                MpiLibrary library = MpiLibrary.load(Map.of(MpiLibrary.VARIABLE, name));
                assertTrue(library.path().contains(name), library.path());
                boolean open = library.version().startsWith("Open MPI");
                assertEquals(open, library.family().equals("Open MPI"), library.version());
                MpiAbi abi = library.abi();
                List<Object> handles = List.of(abi.world(), abi.bytes(), abi.floats(), abi.sum(), abi.errorsReturn());
                assertEquals(handles.size(), new HashSet<>(handles).size());
                return;
            }
        }
        assumeTrue(false, "no MPI library is installed");
    }

    @ParameterizedTest
    @CsvSource({
        "OMPI_COMM_WORLD_SIZE, 4, 4",
        "PMI_SIZE, 3, 3",
        "SLURM_STEP_NUM_TASKS, 12, 12",
        "PMI_SIZE, many, 1",
        "HOME, 7, 1"
    })
    void launchersSayHowManyTheyHaveStarted(String name, String value, int expected) {
        assertEquals(expected, MpiCommunicator.started(Map.of(name, value)));
    }

    @ParameterizedTest
    @CsvSource({"OMPI_COMM_WORLD_RANK, 3, 3", "PMI_RANK, 1, 1", "SLURM_PROCID, 11, 11", "PMIX_RANK, 2, 2", "HOME, 7, 0"
    })
    void launchersSayWhichOfThemThisIs(String name, String value, int expected) {
        assertEquals(expected, MpiCommunicator.startedAs(Map.of(name, value)));
    }
}
