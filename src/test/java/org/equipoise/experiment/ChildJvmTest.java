package org.equipoise.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
    /** What the child runs. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] args) {
            System.out.println(ProcessHandle.current().pid() + " " + String.join(" ", args) + " "
                    + System.getProperty("childjvm.test"));
            if (args.length > 1) {
                System.err.println("first\nIt went wrong.\n");
                System.exit(7);
            }
        }
    }

    private static final ChildJvm CHILD = new ChildJvm(Echo.class.getName(), List.of("-Dchildjvm.test=yes", "-Xmx32m"));

    @Test
    void runsInAProcessOfItsOwn() {
        String[] words = CHILD.run(List.of("one")).strip().split(" ");
        assertEquals(List.of("one", "yes"), List.of(words[1], words[2]));
        assertTrue(Long.parseLong(words[0]) != ProcessHandle.current().pid());
    }

    @Test
    void aFailureTellsTheLastThingTheChildSaid() {
        WorkFailedException failed = assertThrows(WorkFailedException.class, () -> CHILD.run(List.of("one", "two")));
        assertEquals("A measuring process ended with exit code 7: It went wrong.", failed.getMessage());
    }

    @Test
    void optionsOfThisJvmAreInherited() {
        List<String> command = CHILD.command(List.of("x"));
        assertTrue(command.stream().anyMatch(option -> option.contains("jdk.incubator.vector")), command.toString());
        assertTrue(command.stream().noneMatch(option -> option.startsWith("-javaagent")), command.toString());
        assertEquals(List.of(Echo.class.getName(), "x"), command.subList(command.size() - 2, command.size()));
    }
}
