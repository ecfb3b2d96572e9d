package org.equipoise.report.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows of one run.
 *
 * @param name what it is called
 * @param style class of its colour
 * @param keyFigures what matters most
 * @param remark why nothing was computed from its images, empty where it was
 * @param activity firing rates and saturation over the epochs
 * @param confusion how many images of each class were given each class, or null
 * @param worstTitle which images were looked at
 * @param worst images with the highest loss
 * @param filters the filters of the first layer
 * @param settling how it settles on one image, or null
 * @param asymmetry how the gradients of the two nudges differ; empty where that is not known
 * @param memory off-heap memory by account
 * @param provenance where it comes from
 * @param settings its configuration as YAML
 */
public record RunView(
        String name,
        String style,
        List<Fact> keyFigures,
        String remark,
        List<LineChart> activity,
        @Nullable ConfusionMatrix confusion,
        String worstTitle,
        List<WorstImage> worst,
        FilterSheet filters,
        @Nullable SettlingView settling,
        List<BarTable> asymmetry,
        @Nullable BarTable memory,
        List<Fact> provenance,
        String settings) {
    /**
     * How a network settles on one image.
     *
     * @param picture the image
     * @param title what it is
     * @param raster its spikes, null without spikes
     * @param charts output and change over the steps
     */
    public record SettlingView(
            Picture picture, String title, @Nullable Raster raster, List<LineChart> charts) {}
}
