package org.equipoise.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.equipoise.tensor.Events;
import org.equipoise.tensor.FloatTensor;
import org.equipoise.tensor.LayerLayout;
import org.equipoise.tensor.SpikeTensor;

/** Turns packed words into event lists, a set bit at a time. */
final class EventDecoder {
    private EventDecoder() {}

    static void decode(SpikeTensor spikes, SpikeTensor reference, Events events, int image) {
        LayerLayout layout = spikes.layout();
        decode(
                spikes.segment(),
                reference.segment(),
                spikes.imageOffset(image),
                layout.channelStride(),
                layout.paddedNeurons(),
                events.indices(),
                events.factors(),
                events.entriesOffset(image),
                events.starts(),
                events.startsOffset(image));
    }

    private static void decode(
            MemorySegment spikes,
            MemorySegment reference,
            long words,
            int channels,
            int neurons,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart) {
        int count = 0;
        int boundary = 0;
        long start = firstStart;
        for (int first = 0; first < neurons; first += Long.SIZE) {
            long fired = spikes.get(ValueLayout.JAVA_LONG, words + (first >>> 3));
            long different = fired ^ reference.get(ValueLayout.JAVA_LONG, words + (first >>> 3));
            while (boundary < first + Long.SIZE && boundary < neurons) {
                int before = Long.bitCount(different & ((1L << (boundary - first)) - 1));
                starts.set(ValueLayout.JAVA_INT, start, count + before);
                start += Integer.BYTES;
                boundary += channels;
            }
            while (different != 0) {
                int bit = Long.numberOfTrailingZeros(different);
                indices.set(ValueLayout.JAVA_INT, entries + count * 4L, first + bit);
                factors.set(ValueLayout.JAVA_FLOAT, entries + count * 4L, (fired >>> bit & 1) == 0 ? -1f : 1f);
                count++;
                different &= different - 1;
            }
        }
        starts.set(ValueLayout.JAVA_INT, start, count);
    }

    static void decodeStates(FloatTensor states, Events events, int image) {
        LayerLayout layout = states.layout();
        decodeStates(
                states.segment(),
                states.imageOffset(image),
                layout.positions(),
                layout.channelStride(),
                events.indices(),
                events.factors(),
                events.entriesOffset(image),
                events.starts(),
                events.startsOffset(image));
    }

    private static void decodeStates(
            MemorySegment states,
            long offset,
            int positions,
            int channels,
            MemorySegment indices,
            MemorySegment factors,
            long entries,
            MemorySegment starts,
            long firstStart) {
        int count = 0;
        int neuron = 0;
        for (int position = 0; position < positions; position++) {
            starts.set(ValueLayout.JAVA_INT, firstStart + position * 4L, count);
            for (int channel = 0; channel < channels; channel++) {
                float state = states.get(ValueLayout.JAVA_FLOAT, offset + neuron * 4L);
                // Written always and counted only if it sends: no branch to mispredict.
                indices.set(ValueLayout.JAVA_INT, entries + count * 4L, neuron);
                factors.set(ValueLayout.JAVA_FLOAT, entries + count * 4L, state);
                count += state != 0f ? 1 : 0;
                neuron++;
            }
        }
        starts.set(ValueLayout.JAVA_INT, firstStart + positions * 4L, count);
    }
}
