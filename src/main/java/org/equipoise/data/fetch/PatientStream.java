package org.equipoise.data.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A response body whose reads fail after some silence; the JDK's client limits only the wait for the headers. */
final class PatientStream extends FilterInputStream {
    private final Duration silence;

    PatientStream(InputStream body, Duration silence) {
        super(body);
        this.silence = silence;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        FutureTask<Integer> read = new FutureTask<>(() -> in.read(buffer, offset, length));
        Thread.startVirtualThread(read);
        try {
            return read.get(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            in.close();
            throw new HttpTimeoutException("silence");
        } catch (InterruptedException e) {
            in.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }
}
