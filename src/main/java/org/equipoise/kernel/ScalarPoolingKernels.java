package org.equipoise.kernel;

import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** The specification of {@link PoolingKernels}: one window and channel at a time. */
final class ScalarPoolingKernels implements PoolingKernels {
    @Override
    public void addMaximum(
            PoolingWindow window,
            FloatTensor convolved,
            FloatTensor to,
            SpikeTensor winners,
            int firstImage,
            int endImage) {
        LayerLayout map = window.convolved();
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.pooled().positions(); position++) {
                for (int c = 0; c < map.channelStride(); c++) {
                    int winner = 0;
                    float maximum = convolved.get(image, map.index(window.position(position, 0), c));
                    for (int member = 1; member < window.members(); member++) {
                        float value = convolved.get(image, map.index(window.position(position, member), c));
                        if (value > maximum) {
                            winner = member;
                            maximum = value;
                        }
                    }
                    for (int member = 0; member < window.members(); member++) {
                        winners.set(image, map.index(window.position(position, member), c), member == winner);
                    }
                    add(to, image, window.pooled().index(position, c), maximum);
                }
            }
        }
    }

    @Override
    public void addWinners(
            PoolingWindow window,
            FloatTensor convolved,
            SpikeTensor winners,
            FloatTensor to,
            int firstImage,
            int endImage) {
        LayerLayout map = window.convolved();
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.pooled().positions(); position++) {
                for (int c = 0; c < map.channelStride(); c++) {
                    float winning = 0f;
                    for (int member = 0; member < window.members(); member++) {
                        int neuron = map.index(window.position(position, member), c);
                        if (winners.get(image, neuron)) {
                            winning = convolved.get(image, neuron);
                        }
                    }
                    add(to, image, window.pooled().index(position, c), winning);
                }
            }
        }
    }

    private static void add(FloatTensor to, int image, int neuron, float term) {
        to.set(image, neuron, to.get(image, neuron) + term);
    }

    @Override
    public void unpool(
            PoolingWindow window,
            FloatTensor pooled,
            SpikeTensor winners,
            int firstLane,
            FloatTensor map,
            int firstImage,
            int endImage) {
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < window.convolved().positions(); position++) {
                int from = window.pooledPosition(position);
                for (int lane = 0; lane < map.layout().channelStride(); lane++) {
                    int c = firstLane + lane;
                    boolean won =
                            from >= 0 && winners.get(image, window.convolved().index(position, c));
                    float state = won ? pooled.get(image, window.pooled().index(from, c)) : 0f;
                    map.set(image, map.layout().index(position, lane), state);
                }
            }
        }
    }

    @Override
    public void unpool(
            PoolingWindow window,
            SpikeTensor pooled,
            SpikeTensor winners,
            SpikeTensor map,
            int firstImage,
            int endImage) {
        LayerLayout layout = window.convolved();
        for (int image = firstImage; image < endImage; image++) {
            for (int position = 0; position < layout.positions(); position++) {
                int from = window.pooledPosition(position);
                for (int c = 0; c < layout.channelStride(); c++) {
                    int neuron = layout.index(position, c);
                    boolean fired = from >= 0
                            && winners.get(image, neuron)
                            && pooled.get(image, window.pooled().index(from, c));
                    map.set(image, neuron, fired);
                }
            }
        }
    }
}
