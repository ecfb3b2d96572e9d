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
    private static final String MODULE = "jdk.incubator.vector";

    /**
     * What was asked and what there is.
     *
     * @param kernels {@code scalar}, {@code vector} or null
     * @param vectorBits a width or null
     * @param requireVector {@code true}, {@code false} or null
     * @param modulePresent whether the JVM was started with the vector module
     * @param hardwareBits the widest vector the machine has, 0 if unknown
     */
    public record Request(
            @Nullable String kernels,
            @Nullable String vectorBits,
            @Nullable String requireVector,
            boolean modulePresent,
            int hardwareBits) {}

    /**
     * @param request what was asked and what there is
     * @return what runs
     * @throws BadInputException if a property has no such value, the width is wider than the machine's, or vectors were required
     *     and cannot be had
     */
    public static KernelSelection decide(Request request) {
        boolean required = parseRequired(request.requireVector());
        String kernels = request.kernels();
        if (kernels != null && !kernels.equals("scalar") && !kernels.equals("vector")) {
            throw new BadInputException(
                    "-D" + KERNELS + "=" + kernels + " names no kernels; 'scalar' or 'vector' was expected.");
        }
        int bits = parseBits(request.vectorBits());
        if ("scalar".equals(kernels)) {
            if (required) {
                throw new BadInputException("-D" + KERNELS + "=scalar contradicts -D" + REQUIRE_VECTOR
                        + "=true; only one of them was expected.");
            }
            return new KernelSelection(false, 0, "scalar code was asked for with -D" + KERNELS);
        }
        if (!request.modulePresent()) {
            if (required || kernels != null || bits != 0) {
                throw new BadInputException(
                        "Vector kernels were asked for but the JVM has no vector module; it was expected to be"
                                + " started with --add-modules " + MODULE + ".");
            }
            return new KernelSelection(false, 0, "the JVM was started without --add-modules " + MODULE);
        }
        if (bits > request.hardwareBits()) {
            throw new BadInputException("-D" + VECTOR_BITS + "=" + bits
                    + " is wider than this machine's vectors; at most " + request.hardwareBits() + " was expected.");
        }
        if (bits != 0) {
            return new KernelSelection(true, bits, "this width was asked for with -D" + VECTOR_BITS);
        }
        int widest = Math.min(request.hardwareBits(), 512);
        if (widest < 128) {
            if (required) {
                throw new BadInputException("Vector kernels were required but this machine's vectors are " + widest
                        + " bits wide; at least 128 was expected.");
            }
            return new KernelSelection(false, 0, "this machine has no vectors of 128 bits or more");
        }
        return new KernelSelection(true, widest, "the widest vectors of this machine");
    }

    /** {@return what this JVM's system properties, modules and processor lead to} */
    public static KernelSelection ofThisJvm() {
        return decide(ofThisJvm(System.getProperty(KERNELS), System.getProperty(REQUIRE_VECTOR)));
    }

    private static Request ofThisJvm(@Nullable String kernels, @Nullable String requireVector) {
        boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
        return new Request(
                kernels,
                System.getProperty(VECTOR_BITS),
                requireVector,
                present,
                present ? VectorHardware.preferredBits() : 0);
    }

    /**
     * What one user of the engine gets who asks for other kernels than this JVM's system properties say. The width of vectors is
     * the JVM's and cannot be asked for.
     *
     * @param vectors whether vector kernels are wanted, and nothing else will do; otherwise scalar ones are
     * @return what runs
     * @throws BadInputException if vectors cannot be had
     */
    public static KernelSelection asked(boolean vectors) {
        if (!vectors) {
            return new KernelSelection(false, 0, "scalar code was asked for");
        }
        KernelSelection decided = decide(ofThisJvm(null, null));
        if (!decided.vector()) {
            throw new BadInputException("Vector kernels were asked for but " + decided.reason()
                    + "; a JVM started with --add-modules " + MODULE
                    + " on a machine with vectors of 128 bits or more was expected.");
        }
        return decided;
    }

    static int decidedVectorBits() {
        return Decided.VECTORS.vectorBits();
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

    /**
     * Decided once, at the first use of vectors, so that the species are constants; whether vectors are used at all is not decided
     * here.
     */
    private static final class Decided {
        static final KernelSelection VECTORS = decide(ofThisJvm(null, null));
    }
}
