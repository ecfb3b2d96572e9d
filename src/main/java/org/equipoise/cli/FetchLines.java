package org.equipoise.cli;

import org.equipoise.data.fetch.FetchProgress;
import org.equipoise.memory.MemorySize;

/** Tells how fetching goes. */
final class FetchLines implements FetchProgress {
    private final StatusLine status;

    FetchLines(StatusLine status) {
        this.status = status;
    }

    @Override
    public void step(String sentence) {
        status.line(sentence);
    }

    @Override
    public void bytes(String file, long done, long total) {
        if (done == total) {
            status.clear();
        } else if (status.due()) {
            String of = total < 0 ? "" : " of " + MemorySize.format(total);
            status.show(file, total < 0 ? 0 : (double) done / total, MemorySize.format(done) + of);
        }
    }
}
