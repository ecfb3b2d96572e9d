package org.equipoise.interop.tensorboard;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.equipoise.error.BadInputException;
import org.equipoise.error.WorkFailedException;

/**
 * A file of events that TensorBoard shows while it grows. Every process that writes about a run begins a file of its own; TensorBoard
 * reads all files of a folder as one.
 */
public final class EventFile implements AutoCloseable {
    private static final double MILLIS = 1000;
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int MASK_ROTATION = 15;

    /** A file of TensorFlow's or of this class, by the second in which it began. */
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");

    private final Path file;
    private final OutputStream out;
    private final Clock clock;

    /**
     * Begins a file.
     *
     * @param folder where; made if it is not there
     * @throws BadInputException if no file can be made there
     */
    public EventFile(Path folder, Clock clock) {
        this.clock = clock;
        try {
            Files.createDirectories(folder);
            this.file = fresh(folder, clock.instant().getEpochSecond());
            this.out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new BadInputException(
                    "The folder " + folder
                            + " cannot be made or written; a place that may be was expected for TensorBoard's files.",
                    e);
        }
        write(EventMessage.fileVersion(now()));
    }

    /**
     * TensorBoard reads files in the order of their names: a new one comes after all that are there, whatever the clock says, and two may
     * begin in one second.
     */
    private static Path fresh(Path folder, long now) throws IOException {
        String last = last(folder);
        long second = Math.max(now, second(last));
        for (int number = 0; ; number++) {
            // Ten would come before two.
            second += number / 10;
            number %= 10;
            String name = String.format(Locale.ROOT, "events.out.tfevents.%010d.equipoise.%d", second, number);
            try {
                if (name.compareTo(last) > 0) {
                    return Files.createFile(folder.resolve(name));
                }
            } catch (FileAlreadyExistsException e) {
                // The next number is tried.
            }
        }
    }

    /** {@return the name of the last event file in a folder, empty if there is none} */
    private static String last(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> NAME.matcher(name).matches())
                    .max(Comparator.naturalOrder())
                    .orElse("");
        }
    }

    private static long second(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** {@return the file} */
    public Path file() {
        return file;
    }

    /** Says that the run goes on from a step: what earlier files say of that step and later ones no longer counts. */
    public void resumeFrom(long step) {
        write(EventMessage.sessionStart(now(), step));
    }

    /**
     * Adds what there is to show of a step. It can be read at once.
     *
     * @param values what to show, each under a tag of its own
     * @throws WorkFailedException if the file cannot be written
     */
    public void add(long step, List<? extends SummaryValue> values) {
        write(EventMessage.summary(now(), step, values));
    }

    private double now() {
        return clock.millis() / MILLIS;
    }

    private void write(byte[] message) {
        try {
            out.write(framed(message));
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private WorkFailedException failure(IOException cause) {
        return new WorkFailedException(
                "TensorBoard's file " + file + " could not be written: " + cause.getMessage() + ".", cause);
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * {@return a record in the frame that a TFRecord file puts around each, little-endian: its length as 64 bits, the masked CRC-32C of
     * these, the record, and the masked CRC-32C of the record}
     */
    private static byte[] framed(byte[] record) {
        ByteBuffer frame = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + record.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(record.length);
        frame.putInt(maskedChecksum(frame.array(), Long.BYTES));
        frame.put(record);
        frame.putInt(maskedChecksum(record, record.length));
        return frame.array();
    }

    /** Checksums of data that holds checksums are weak, so TFRecord masks them: rotated right, and a constant added. */
    private static int maskedChecksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), MASK_ROTATION) + MASK_DELTA;
    }
}
