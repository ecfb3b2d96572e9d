package org.equipoise.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;
import org.equipoise.error.IoReason;
import org.jspecify.annotations.Nullable;

/** Where results go. Unlike other print streams it remembers why something could not be written. */
final class StandardOutput extends PrintStream {
    private final Sink sink;

    /** {@return that of this process} */
    static StandardOutput ofThisProcess() {
        return new StandardOutput(new FileOutputStream(FileDescriptor.out), System.out.charset());
    }

    StandardOutput(OutputStream target, Charset charset) {
        this(new Sink(target), charset);
    }

    private StandardOutput(Sink sink, Charset charset) {
        super(new BufferedOutputStream(sink, 8192), true, charset);
        this.sink = sink;
    }

    /** {@return why something could not be written, as a part of a sentence; empty where all was, or where nobody reads any more} */
    Optional<String> failure() {
        flush();
        return Optional.ofNullable(sink.failure)
                .filter(failure -> !Terminal.isClosedPipe(failure))
                .map(IoReason::of);
    }

    private static final class Sink extends OutputStream {
        private final OutputStream target;
        private volatile @Nullable IOException failure;

        Sink(OutputStream target) {
            this.target = target;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        /** Leaves out what comes after a failure: a result with a gap would be worse than one that is cut. */
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (failure != null) {
                throw failure;
            }
            try {
                target.write(bytes, offset, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }
    }
}
