package org.equipoise.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.equipoise.error.IoReason;
import org.equipoise.error.WorkFailedException;

/**
 * IDX files that come with Equipoise, gzipped.
 *
 * @param set the data set's name, which is their resource folder
 */
public record BundledIdx(String set) implements IdxPlace {
    @Override
    public String where() {
        return "bundled with Equipoise";
    }

    @Override
    public boolean has(IdxPart part) {
        return BundledIdx.class.getResource(resource(part)) != null;
    }

    @Override
    public String where(IdxPart part) {
        return "bundled " + resource(part);
    }

    @Override
    public InputStream open(IdxPart part) throws IOException {
        InputStream in = BundledIdx.class.getResourceAsStream(resource(part));
        if (in == null) {
            throw new FileNotFoundException("this copy of Equipoise lacks " + resource(part));
        }
        return in;
    }

    @Override
    public IdxArray read(IdxPart part) {
        try (InputStream in = open(part)) {
            return IdxReader.read(in, where(part));
        } catch (IOException e) {
            throw new WorkFailedException(where(part) + " could not be read because " + IoReason.of(e) + ".", e);
        }
    }

    private String resource(IdxPart part) {
        return set + "/" + part.fileName() + ".gz";
    }
}
