package org.equipoise.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A running SHA-256. */
public final class ContentHash {
    private final MessageDigest digest;

    /** Starts with nothing hashed. */
    public ContentHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Adds bytes of an array. */
    public ContentHash add(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
        return this;
    }

    /** Adds ints, four bytes each, most significant first. */
    public ContentHash add(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
        bytes.asIntBuffer().put(values);
        digest.update(bytes);
        return this;
    }

    /** {@return the hash of all that was added, 64 hexadecimal digits in lower case; the hash then starts afresh} */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
