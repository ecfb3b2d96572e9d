package org.equipoise.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.equipoise.tensor.LayerLayout;

/** The receivers of every tap of a convolution, found once and kept: kernels are called far too often to describe them anew. */
final class ReceiverGrids {
    private final Map<ConvolutionGeometry, Grids> known = new ConcurrentHashMap<>();

    /**
     * What a convolution needs to know of its receivers.
     *
     * @param rowsInside whether no window leaves the source, so that the taps of a kernel's row make one run
     * @param forward for each tap the receivers of what it reads
     * @param backward for each tap the receivers of what is sent back through it
     */
    record Grids(boolean rowsInside, List<ReceiverGrid> forward, List<ReceiverGrid> backward) {}

    Grids of(ConvolutionGeometry geometry) {
        Grids grids = known.get(geometry);
        return grids == null ? known.computeIfAbsent(geometry, ReceiverGrids::grids) : grids;
    }

    private static Grids grids(ConvolutionGeometry geometry) {
        List<ReceiverGrid> forward = new ArrayList<>();
        List<ReceiverGrid> backward = new ArrayList<>();
        for (int tap = 0; tap < geometry.taps(); tap++) {
            int ky = tap / geometry.kernelWidth();
            int kx = tap % geometry.kernelWidth();
            forward.add(ReceiverGrid.forward(geometry, ky, kx));
            backward.add(ReceiverGrid.backward(geometry, ky, kx));
        }
        return new Grids(rowsInside(geometry), List.copyOf(forward), List.copyOf(backward));
    }

    private static boolean rowsInside(ConvolutionGeometry geometry) {
        LayerLayout target = geometry.target();
        int lastY = geometry.sourceRow(target.height() - 1, geometry.kernelHeight() - 1);
        int lastX = geometry.sourceColumn(target.width() - 1, geometry.kernelWidth() - 1);
        return geometry.padding() == 0
                && lastY < geometry.source().height()
                && lastX < geometry.source().width();
    }
}
