package org.equipoise.cli;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.equipoise.data.LocatedDataset;
import org.equipoise.distributed.mpi.MpiLibrary;
import org.equipoise.error.WorkFailedException;
import org.equipoise.kernel.KernelSelection;
import org.equipoise.memory.MemorySize;
import org.equipoise.training.Provenance;
import picocli.CommandLine.Command;

/** Says what the program runs on. */
@Command(
        name = "info",
        description =
                "Says what Equipoise runs on: Java, the kernels it has chosen and why, processors, memory, MPI, data sets.",
        footer = {"", "Examples:", "  ./equipoise info", "  ./equipoise -Dequipoise.kernels=scalar info"})
final class InfoCommand extends ResultCommand {
    /** The result, with the names of its JSON. */
    record Report(
            String version,
            String commit,
            String jdk,
            String jvm,
            String system,
            int processors,
            String kernels,
            int vectorBits,
            String kernelsReason,
            long memoryBytes,
            long maxHeapBytes,
            boolean nativeAccess,
            Mpi mpi,
            String dataStore,
            List<DataSet> dataSets) {}

    /** The MPI library that {@code train --distributed mpi} would use; without one all but the problem are empty. */
    record Mpi(String family, String version, String path, String problem) {
        static Mpi of(Map<String, String> variables) {
            try {
                MpiLibrary library = MpiLibrary.load(variables);
                return new Mpi(library.family(), library.version(), library.path(), "");
            } catch (WorkFailedException e) {
                return new Mpi("", "", "", String.valueOf(e.getMessage()));
            }
        }

        private String words() {
            return problem.isEmpty() ? version + ", called as " + family + ", from " + path : problem;
        }
    }

    /** A data set known by name. */
    record DataSet(String name, String state, String where) {}

    @Override
    public Integer call() {
        Report report = report();
        if (json()) {
            printJson(report);
            return ExitCode.DONE;
        }
        print("Equipoise   " + report.version() + ", commit " + report.commit());
        print("Java        " + report.jdk() + ", " + report.jvm());
        print("System      " + report.system() + ", " + report.processors() + " processors");
        print("Kernels     " + kernels(KernelSelection.ofThisJvm()) + ": " + report.kernelsReason());
        print("Memory      " + MemorySize.format(report.memoryBytes()) + ", of which Java's heap may take "
                + MemorySize.format(report.maxHeapBytes()));
        print("Native      access is " + (report.nativeAccess() ? "enabled" : "not enabled"));
        print("MPI         " + report.mpi().words());
        print("Data        fetched into " + report.dataStore());
        for (DataSet set : report.dataSets()) {
            print(Text.format("  %-14s %-10s %s", set.name(), set.state(), set.where()));
        }
        return ExitCode.DONE;
    }

    private Report report() {
        Properties build = Provenance.build();
        KernelSelection selection = KernelSelection.ofThisJvm();
        Environment environment = environment();
        return new Report(
                build.getProperty("version", "unknown"),
                build.getProperty("commit", "unknown"),
                Runtime.version().toString(),
                System.getProperty("java.vm.name") + " by " + System.getProperty("java.vendor"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                selection.kernels().name(),
                selection.vectorBits(),
                selection.reason(),
                ComputeOptions.machineMemory(),
                Runtime.getRuntime().maxMemory(),
                InfoCommand.class.getModule().isNativeAccessEnabled(),
                Mpi.of(environment.variables()),
                catalogue().store().toString(),
                catalogue().list().stream().map(InfoCommand::dataSet).toList());
    }

    private static DataSet dataSet(LocatedDataset located) {
        return new DataSet(located.set().name(), Text.word(located.state()), located.where());
    }

    /** {@return the kernels for people} */
    static String kernels(KernelSelection selection) {
        return selection.vector() ? "vector kernels of " + selection.vectorBits() + " bits" : "scalar kernels";
    }
}
