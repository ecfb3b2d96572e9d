package org.equipoise.kernel;

import java.util.List;
import org.equipoise.error.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * Which implementation runs and why: one pure decision from what was asked and what the machine has.
 *
 * @param vector whether the Vector API implementation runs
 * @param vectorBits its width in bits, 0 for scalar code
 * @param reason why, for people
 */
public record KernelSelection(boolean vector, int vectorBits, String reason) {
    /** System property: {@code scalar} or {@code vector}. */
    public static final String KERNELS = "equipoise.kernels";

    /** System property: {@code 128}, {@code 256} or {@code 512}. */
    public static final String VECTOR_BITS = "equipoise.vectorBits";

    /** System property: {@code true} turns a silent fall back to scalar code into a failure. */
    public static final String REQUIRE_VECTOR = "equipoise.requireVector";

    private static final List<Integer> WIDTHS = List.of(128, 256, 512);

    /**
     * What was asked and what there is.
     *
     * @param kernels {@code scalar}, {@code vector} or null
     * @param vectorBits a width or null
     * @param requireVector {@code true}, {@code false} or null
     * @param support what the JVM and its processor can do with vectors
     */
    record Request(
            @Nullable String kernels,
            @Nullable String vectorBits,
            @Nullable String requireVector,
            VectorSupport support) {}

    /**
     * @param request what was asked and what there is
     * @return what runs: vectors if there are any and they are fast, or slow ones were asked for
     * @throws BadInputException if a property has no such value, the width is wider than the machine's, or vectors were required
     *     and cannot be had, or not without being slow
     */
    static KernelSelection decide(Request request) {
        boolean required = parseRequired(request.requireVector());
        String kernels = request.kernels();
        if (kernels != null && !kernels.equals("scalar") && !kernels.equals("vector")) {
            throw new BadInputException(
                    "-D" + KERNELS + "=" + kernels + " names no kernels; 'scalar' or 'vector' was expected.");
        }
        int asked = parseBits(request.vectorBits());
        if ("scalar".equals(kernels)) {
            if (required) {
                throw new BadInputException("-D" + KERNELS + "=scalar contradicts -D" + REQUIRE_VECTOR
                        + "=true; only one of them was expected.");
            }
            return new KernelSelection(false, 0, "scalar code was asked for with -D" + KERNELS);
        }
        VectorSupport support = request.support();
        boolean explicit = kernels != null || asked != 0;
        if (!support.module() && (required || explicit)) {
            throw new BadInputException(
                    "Vector kernels were asked for but the JVM has no vector module; it was expected"
                            + " to be started with --add-modules " + VectorSupport.MODULE + ".");
        }
        if (support.module() && asked > support.bits()) {
            throw new BadInputException("-D" + VECTOR_BITS + "=" + asked
                    + " is wider than this machine's vectors; at most " + support.bits() + " was expected.");
        }
        String absent = support.absent();
        if (absent != null) {
            if (required) {
                throw new BadInputException("Vector kernels were required but this machine's vectors are "
                        + support.bits() + " bits wide; at least 128 was expected.");
            }
            return new KernelSelection(false, 0, absent);
        }
        String slow = support.slow();
        if (slow != null && required) {
            throw new BadInputException("Vector kernels were required but would be slow, because " + slow
                    + "; a JVM that compiles them for a processor with fused multiply-adds was expected.");
        }
        if (slow != null && !explicit) {
            return new KernelSelection(false, 0, "vectors would be slow, because " + slow);
        }
        int bits = asked == 0 ? Math.min(support.bits(), WIDTHS.getLast()) : asked;
        String reason =
                asked == 0 ? "the widest vectors of this machine" : "this width was asked for with -D" + VECTOR_BITS;
        return new KernelSelection(true, bits, slow == null ? reason : reason + "; they will be slow, because " + slow);
    }

    /** {@return what this JVM's system properties, modules and processor lead to} */
    public static KernelSelection ofThisJvm() {
        return decide(ofThisJvm(System.getProperty(KERNELS), System.getProperty(REQUIRE_VECTOR)));
    }

    private static Request ofThisJvm(@Nullable String kernels, @Nullable String requireVector) {
        return new Request(kernels, System.getProperty(VECTOR_BITS), requireVector, VectorSupport.ofThisJvm());
    }

    /**
     * What one user of the engine gets who asks for other kernels than this JVM's system properties say. The width of vectors is
     * the JVM's and cannot be asked for.
     *
     * @param vectors whether vector kernels are wanted, be they slow, and nothing else will do; otherwise scalar ones are
     * @return what runs
     * @throws BadInputException if vectors cannot be had
     */
    public static KernelSelection asked(boolean vectors) {
        if (!vectors) {
            return new KernelSelection(false, 0, "scalar code was asked for");
        }
        String absent = VectorSupport.ofThisJvm().absent();
        if (absent != null) {
            throw new BadInputException("Vector kernels were asked for but " + absent
                    + "; a JVM started with --add-modules " + VectorSupport.MODULE
                    + " on a machine with vectors of 128 bits or more was expected.");
        }
        return decide(ofThisJvm("vector", null));
    }

    /** {@return the width of this JVM's vector kernels, whether they are used or not} */
    static int decidedVectorBits() {
        return Decided.VECTOR_BITS;
    }

    /** {@return the kernels of this selection} */
    public Kernels kernels() {
        if (!vector) {
            return Kernels.scalar();
        }
        if (vectorBits != decidedVectorBits()) {
            throw new IllegalStateException("The vector width of a JVM is fixed at start");
        }
        return Kernels.vector(vectorBits);
    }

    private static boolean parseRequired(@Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new BadInputException(
                "-D" + REQUIRE_VECTOR + "=" + text + " is no truth value; 'true' or 'false' was expected.");
    }

    private static int parseBits(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        for (int width : WIDTHS) {
            if (text.equals(Integer.toString(width))) {
                return width;
            }
        }
        throw new BadInputException(
                "-D" + VECTOR_BITS + "=" + text + " is no vector width; one of " + WIDTHS + " was expected.");
    }

    /** Decided once, at the first use of vectors, so that the species are constants. */
    private static final class Decided {
        static final int VECTOR_BITS = decide(ofThisJvm("vector", null)).vectorBits();
    }
}
