package org.equipoise.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records what is done to the files below a folder, and makes every state in which a loss of power could leave them.
 *
 * <p>A disk has what it was told to force, and may have any of the rest: of a file's bytes that were not forced all, some, none, or zeros
 * in their place; of the changes of names since their folder was forced any subset, in their order or the other way round. A change of
 * one name is whole or not there, as on every file system with a journal.
 */
public final class RecordedDisk extends FileOperations implements AutoCloseable {
    /** Something that happened. */
    private sealed interface Operation {}

    private record Created(Path file, int inode) implements Operation {}

    private record Written(int inode, byte[] bytes) implements Operation {}

    private record Forced(int inode) implements Operation {}

    private record Linked(Path name, Path file) implements Operation {}

    private record Renamed(Path from, Path to) implements Operation {}

    private record Deleted(Path file) implements Operation {}

    private record FolderMade(Path folder) implements Operation {}

    private record FolderForced(Path folder) implements Operation {}

    /**
     * What a loss of power could leave.
     *
     * @param operations how many operations had been done
     * @param files the content of each file by its path; null for a folder
     * @param forced the files as they were when their folder was last forced, which the program takes to be safe
     */
    public record State(int operations, Map<Path, byte @Nullable []> files, Map<Path, byte[]> forced) {
        /** Makes the files below another folder. */
        public void make(Path from, Path to) {
            try {
                for (Map.Entry<Path, byte @Nullable []> file : files.entrySet()) {
                    Path path = to.resolve(from.relativize(file.getKey()).toString());
                    byte[] content = file.getValue();
                    if (content == null) {
                        Files.createDirectories(path);
                    } else {
                        Files.write(path, content);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Path root;
    private final FileOperations before = current;
    private final List<Operation> operations = Collections.synchronizedList(new ArrayList<>());
    private final Map<Path, byte @Nullable []> start = new TreeMap<>();
    private int inodes;

    /** Begins to record; what is below the folder already is taken to be on the disk. */
    public RecordedDisk(Path root) {
        this.root = root;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(path -> !path.equals(root)).toList()) {
                start.put(file, Files.isDirectory(file) ? null : Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        current = this;
    }

    /** Ends recording. */
    @Override
    public void close() {
        current = before;
    }

    private void record(Path path, Operation operation) {
        if (path.startsWith(root)) {
            operations.add(operation);
        }
    }

    @Override
    Output create(Path file) throws IOException {
        Output out = super.create(file);
        int inode = inodes++;
        record(file, new Created(file, inode));
        return new Output() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                record(file, new Written(inode, Arrays.copyOfRange(bytes, offset, offset + length)));
            }

            @Override
            void force() throws IOException {
                out.force();
                record(file, new Forced(inode));
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    @Override
    void link(Path name, Path file) throws IOException {
        super.link(name, file);
        record(name, new Linked(name, file));
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        super.rename(from, to);
        record(to, new Renamed(from, to));
    }

    @Override
    void delete(Path file) throws IOException {
        boolean there = Files.exists(file);
        super.delete(file);
        if (there) {
            record(file, new Deleted(file));
        }
    }

    @Override
    void makeFolder(Path folder) throws IOException {
        super.makeFolder(folder);
        record(folder, new FolderMade(folder));
    }

    @Override
    void forceFolder(Path folder) {
        super.forceFolder(folder);
        record(folder, new FolderForced(folder));
    }

    /** {@return how many operations were recorded} */
    public int size() {
        return operations.size();
    }

    /** Hands out every different state after every number of operations, to a consumer whose own files need not outlive a loss of power. */
    public void forEachState(Consumer<State> consumer) {
        current = new Unforced();
        try {
            forEach(consumer);
        } finally {
            current = before;
        }
    }

    private void forEach(Consumer<State> consumer) {
        Replay replay = new Replay();
        Set<Map<Path, Integer>> seen = new HashSet<>();
        for (int done = 0; done <= operations.size(); done++) {
            if (done > 0) {
                replay.apply(operations.get(done - 1));
            }
            for (Map<Path, byte @Nullable []> files : replay.states()) {
                Map<Path, Integer> summary = new TreeMap<>();
                files.forEach((path, content) -> summary.put(path, Arrays.hashCode(content)));
                replay.forced.forEach((path, content) ->
                        summary.merge(path.resolve("forced"), Arrays.hashCode(content), Integer::sum));
                if (seen.add(summary)) {
                    consumer.accept(new State(done, files, Map.copyOf(replay.forced)));
                }
            }
        }
    }

    /** Does not wait for the disk. */
    private static final class Unforced extends FileOperations {
        @Override
        Output create(Path file) throws IOException {
            OutputStream stream = Files.newOutputStream(file);
            return new Output() {
                @Override
                public void write(int value) throws IOException {
                    stream.write(value);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    stream.write(bytes, offset, length);
                }

                @Override
                void force() {}

                @Override
                public void close() throws IOException {
                    stream.close();
                }
            };
        }

        @Override
        void forceFolder(Path folder) {}
    }

    /** What a name stands for: a file by its number, or a folder. */
    private record Target(int inode) {
        static final Target FOLDER = new Target(-1);

        boolean isFolder() {
            return inode == FOLDER.inode;
        }
    }

    /** Names that change together; null where a name goes. */
    private record Change(Map<Path, @Nullable Target> names) {
        void applyTo(Map<Path, Target> all) {
            names.forEach((path, target) -> {
                if (target == null) {
                    all.remove(path);
                } else {
                    all.put(path, target);
                }
            });
        }

        boolean isIn(Path folder) {
            return names.keySet().stream().anyMatch(path -> folder.equals(path.getParent()));
        }
    }

    /** The disk as the program sees it, and as it may be. */
    private final class Replay {
        private final Map<Integer, ByteArrayOutputStream> written = new LinkedHashMap<>();
        private final Map<Integer, byte[]> durable = new LinkedHashMap<>();
        private final Map<Path, Target> visible = new TreeMap<>();
        private final Map<Path, Target> lasting = new TreeMap<>();
        private final List<Change> pending = new ArrayList<>();
        private final Map<Path, byte[]> forced = new TreeMap<>();

        Replay() {
            int inode = -2;
            for (Map.Entry<Path, byte @Nullable []> file : start.entrySet()) {
                byte[] content = file.getValue();
                Target target = content == null ? Target.FOLDER : new Target(inode--);
                if (content != null) {
                    file(target.inode()).writeBytes(content);
                    durable.put(target.inode(), content);
                }
                visible.put(file.getKey(), target);
                lasting.put(file.getKey(), target);
            }
        }

        private ByteArrayOutputStream file(int inode) {
            return written.computeIfAbsent(inode, i -> new ByteArrayOutputStream());
        }

        private void change(Map<Path, @Nullable Target> names) {
            Change change = new Change(names);
            change.applyTo(visible);
            pending.add(change);
        }

        void apply(Operation operation) {
            switch (operation) {
                case Created created -> {
                    file(created.inode());
                    change(names(created.file(), new Target(created.inode())));
                }
                case Written bytes -> file(bytes.inode()).writeBytes(bytes.bytes());
                case Forced whole ->
                    durable.put(whole.inode(), file(whole.inode()).toByteArray());
                case Linked linked -> change(names(linked.name(), visible.get(linked.file())));
                case Renamed renamed -> {
                    Target target = Objects.requireNonNull(visible.get(renamed.from()));
                    if (!target.equals(visible.get(renamed.to()))) {
                        Map<Path, @Nullable Target> names = names(renamed.to(), target);
                        names.put(renamed.from(), null);
                        change(names);
                    }
                }
                case Deleted deleted -> change(names(deleted.file(), null));
                case FolderMade made -> change(names(made.folder(), Target.FOLDER));
                case FolderForced folder -> {
                    pending.stream()
                            .filter(change -> change.isIn(folder.folder()))
                            .forEach(change -> change.applyTo(lasting));
                    pending.removeIf(change -> change.isIn(folder.folder()));
                    forced.keySet().removeIf(path -> folder.folder().equals(path.getParent()));
                    visible.forEach((path, target) -> {
                        if (folder.folder().equals(path.getParent()) && !target.isFolder()) {
                            forced.put(path, file(target.inode()).toByteArray());
                        }
                    });
                }
            }
        }

        private static Map<Path, @Nullable Target> names(Path path, @Nullable Target target) {
            Map<Path, @Nullable Target> names = new LinkedHashMap<>();
            names.put(path, target);
            return names;
        }

        private boolean reachable(Path path, Map<Path, Target> names) {
            Path parent = path.getParent();
            return parent == null || parent.equals(root) || names.containsKey(parent) && reachable(parent, names);
        }

        Set<Map<Path, byte @Nullable []>> states() {
            Set<Map<Path, byte @Nullable []>> states = new LinkedHashSet<>();
            for (int subset = 0; subset < 1 << pending.size(); subset++) {
                List<Change> kept = new ArrayList<>();
                for (int i = 0; i < pending.size(); i++) {
                    if ((subset >> i & 1) == 1) {
                        kept.add(pending.get(i));
                    }
                }
                for (List<Change> order : List.of(kept, kept.reversed())) {
                    Map<Path, Target> names = new TreeMap<>(lasting);
                    order.forEach(change -> change.applyTo(names));
                    for (int damage = 0; damage < 4; damage++) {
                        states.add(files(names, damage));
                    }
                }
            }
            return states;
        }

        private Map<Path, byte @Nullable []> files(Map<Path, Target> names, int damage) {
            Map<Path, byte @Nullable []> files = new TreeMap<>();
            names.forEach((path, target) -> {
                if (reachable(path, names)) {
                    files.put(path, target.isFolder() ? null : content(target.inode(), damage));
                }
            });
            return files;
        }

        private byte[] content(int inode, int damage) {
            byte[] certain = durable.getOrDefault(inode, new byte[0]);
            byte[] all = file(inode).toByteArray();
            return switch (damage) {
                case 0 -> certain;
                case 1 -> Arrays.copyOf(all, (certain.length + all.length + 1) / 2);
                case 2 -> Arrays.copyOf(certain, all.length);
                default -> all;
            };
        }
    }
}
