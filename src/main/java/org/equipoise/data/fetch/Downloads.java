package org.equipoise.data.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/** Downloads files over HTTP, trying again when a server fails, is busy, falls silent or breaks off. */
final class Downloads implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int TOO_MANY_REQUESTS = 429;

    private final RetryPolicy retries;
    private final FetchProgress progress;
    private final HttpClient client;

    Downloads(RetryPolicy retries, FetchProgress progress) {
        this.retries = retries;
        this.progress = progress;
        this.client = HttpClient.newBuilder()
                .connectTimeout(retries.silence())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    /**
     * Downloads one file.
     *
     * @param mostBytes bytes past which it is refused
     * @return whether it was there (a server's 404 or 410 says not)
     * @throws WorkFailedException if it could not be had, after all tries or because another try would not help
     * @throws IOException if the target cannot be written
     */
    boolean get(URI address, Path target, long mostBytes) throws IOException {
        progress.step("Downloading " + address);
        for (int tried = 1; ; tried++) {
            try {
                return tryOnce(address, target, mostBytes);
            } catch (TransientFailure e) {
                if (tried == retries.tries()) {
                    throw new WorkFailedException(
                            address + " could not be downloaded in " + tried + " tries: " + e.getMessage() + ".", e);
                }
                progress.step("Trying " + address + " again: " + e.getMessage());
                pause(tried);
            }
        }
    }

    /** Ends all connections, whatever they are doing. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private boolean tryOnce(URI address, Path target, long mostBytes) throws IOException, TransientFailure {
        HttpResponse<InputStream> response = send(address);
        try (InputStream body = new TimeLimitedStream(response.body(), retries.silence())) {
            int status = response.statusCode();
            if (status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_GONE) {
                return false;
            }
            if (status >= HttpURLConnection.HTTP_INTERNAL_ERROR
                    || status == TOO_MANY_REQUESTS
                    || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT) {
                throw new TransientFailure("the server answered with status " + status);
            }
            if (status != HttpURLConnection.HTTP_OK) {
                throw new WorkFailedException("The server answered the request for " + address + " with status "
                        + status + "; status 200 was expected.");
            }
            long declared =
                    response.headers().firstValueAsLong("Content-Length").orElse(-1);
            save(body, address, target, declared, mostBytes);
            return true;
        }
    }

    private HttpResponse<InputStream> send(URI address) throws TransientFailure {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(retries.silence()).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new TransientFailure(reason(e), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private void save(InputStream body, URI address, Path target, long declared, long mostBytes)
            throws IOException, TransientFailure {
        String name = String.valueOf(target.getFileName());
        long done = 0;
        try (OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = read(body, buffer, done, declared); n >= 0; n = read(body, buffer, done, declared)) {
                done += n;
                if (done > mostBytes) {
                    throw new WorkFailedException(
                            address + " is larger than the " + mostBytes + " bytes expected at most.");
                }
                out.write(buffer, 0, n);
                progress.bytes(name, done, declared);
            }
        }
        if (done == 0) {
            throw new WorkFailedException(address + " is empty; an IDX file was expected.");
        }
    }

    private static int read(InputStream body, byte[] buffer, long done, long declared) throws TransientFailure {
        try {
            return body.read(buffer);
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            String of = declared < 0 ? "" : " of " + declared;
            throw new TransientFailure("it broke off after " + done + of + " bytes (" + reason(e) + ")", e);
        }
    }

    private void pause(int failed) {
        try {
            Thread.sleep(retries.pauseAfter(failed));
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case HttpTimeoutException timeout -> "the server did not answer in time";
            case ConnectException refused -> "no connection could be made";
            default -> IoReason.of(e);
        };
    }

    private static WorkFailedException interrupted(Exception e) {
        Thread.currentThread().interrupt();
        return new WorkFailedException("Fetching was interrupted while a file was downloaded.", e);
    }

    /** A response body whose reads fail after some silence; the JDK's client limits only the wait for the headers. */
    private static final class TimeLimitedStream extends FilterInputStream {
        private final Duration silence;

        TimeLimitedStream(InputStream body, Duration silence) {
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

    /** A failure that another try may not meet. */
    private static final class TransientFailure extends Exception {
        private static final long serialVersionUID = 1L;

        TransientFailure(String message) {
            super(message);
        }

        TransientFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
