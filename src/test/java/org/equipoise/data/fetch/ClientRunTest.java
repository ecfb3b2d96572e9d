package org.equipoise.data.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.equipoise.error.WorkFailedException;
import org.junit.jupiter.api.Test;

class ClientRunTest {
    @Test
    void findsWhatNpmComplainsOf() {
        assertEquals(
                "npm error 404 Not Found - GET the package",
                complaint(
                        "npm warn config something",
                        "npm error code E404",
                        "npm error 404 Not Found - GET the package",
                        "npm error 404",
                        "npm error A complete log of this run can be found in: somewhere"));
        assertEquals(
                "npm ERR! FetchError: reason: connect ECONNREFUSED",
                complaint(
                        "npm ERR! code ECONNREFUSED",
                        "npm ERR! syscall connect",
                        "npm ERR! errno ECONNREFUSED",
                        "npm ERR! FetchError: reason: connect ECONNREFUSED",
                        "npm ERR!     at somewhere"));
    }

    @Test
    void findsWhatDebiansClientsComplainOf() {
        assertEquals(
                "E: Unable to locate package nothing",
                complaint("W: something minor", "E: Unable to locate package nothing"));
        assertEquals(
                "dpkg-deb: error: 'x.deb' is not a Debian format archive",
                complaint("dpkg-deb: error: 'x.deb' is not a Debian format archive", "hint"));
    }

    @Test
    void takesTheLastLineOfOthers() {
        assertEquals("no disk", complaint("hello", "no disk", "  ", ""));
        assertEquals("it gave no reason", complaint());
    }

    @Test
    void saysWhichClientFailedAndHow() {
        ClientRun run = new ClientRun("npm", 7, List.of("no disk."));

        WorkFailedException failure = assertThrows(WorkFailedException.class, run::mustSucceed);

        assertEquals("npm failed with exit code 7: no disk.", failure.getMessage());
    }

    private static String complaint(String... errors) {
        return new ClientRun("client", 1, List.of(errors)).complaint();
    }
}
