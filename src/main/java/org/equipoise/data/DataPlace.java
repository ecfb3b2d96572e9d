package org.equipoise.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.equipoise.error.WorkFailedException;

/** Where the files of a data set are. */
public sealed interface DataPlace {
    /** {@return the place for people} */
    String where();

    /** {@return whether a file is there, under any of its names} */
    boolean has(KnownFile file);

    /** {@return where a file is for people, or would be under its usual name} */
    String where(KnownFile file);

    /**
     * @return the bytes of a file; -1 if it is not there, or gzipped, so that they cannot be told without reading it
     */
    long size(KnownFile file);

    /**
     * @return a stream of a file as it is, raw or gzipped
     * @throws IOException if it is not there or cannot be read
     */
    InputStream open(KnownFile file) throws IOException;

    /** A folder that has them all. */
    record Folder(Path folder) implements DataPlace {
        /** {@return the path of a file under the first of its names that is there} */
        public Optional<Path> find(KnownFile file) {
            return file.names().stream()
                    .map(folder::resolve)
                    .filter(Files::isRegularFile)
                    .findFirst();
        }

        @Override
        public String where() {
            return folder.toString();
        }

        @Override
        public boolean has(KnownFile file) {
            return find(file).isPresent();
        }

        @Override
        public String where(KnownFile file) {
            return path(file).toString();
        }

        @Override
        public long size(KnownFile file) {
            Path path = path(file);
            try {
                return path.toString().endsWith(".gz") ? -1 : Files.size(path);
            } catch (IOException e) {
                return -1;
            }
        }

        @Override
        public InputStream open(KnownFile file) throws IOException {
            return Files.newInputStream(path(file));
        }

        private Path path(KnownFile file) {
            return find(file).orElseGet(() -> folder.resolve(file.name()));
        }
    }

    /**
     * Gzipped files that come with Equipoise.
     *
     * @param set the data set's name, which is their resource folder
     */
    record Bundled(String set) implements DataPlace {
        @Override
        public String where() {
            return "bundled with Equipoise";
        }

        @Override
        public boolean has(KnownFile file) {
            return DataPlace.class.getResource(resource(file)) != null;
        }

        @Override
        public String where(KnownFile file) {
            return "bundled " + resource(file);
        }

        @Override
        public long size(KnownFile file) {
            return -1;
        }

        @Override
        public InputStream open(KnownFile file) {
            InputStream in = DataPlace.class.getResourceAsStream(resource(file));
            if (in == null) {
                throw new WorkFailedException(where(file) + " could not be read because this copy of Equipoise lacks "
                        + resource(file) + ".");
            }
            return in;
        }

        private String resource(KnownFile file) {
            return set + "/" + file.name() + ".gz";
        }
    }
}
