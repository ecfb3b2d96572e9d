package org.equipoise.kernel;

/**
 * One implementation of the engine's arithmetic.
 *
 * @param name {@code scalar} or {@code vector}
 * @param vectorBits width of its vectors, 0 for scalar code
 * @param spikes weights on packed spikes
 * @param states weights on real-valued states
 * @param neurons the step of the neurons
 * @param pooling maximum pooling and its inverse
 * @param plasticity learning
 * @param adjoints the step of the neurons walked back
 * @param leaky the step of leaky integrate-and-fire neurons
 */
public record Kernels(
        String name,
        int vectorBits,
        SpikeKernels spikes,
        StateKernels states,
        NeuronKernels neurons,
        PoolingKernels pooling,
        PlasticityKernels plasticity,
        AdjointKernels adjoints,
        LeakyKernels leaky) {

    /** {@return the scalar twin, which is the specification} */
    public static Kernels scalar() {
        return new Kernels(
                "scalar",
                0,
                new ScalarSpikeKernels(),
                new ScalarStateKernels(),
                new ScalarNeuronKernels(),
                new ScalarPoolingKernels(),
                new ScalarPlasticityKernels(),
                new ScalarAdjointKernels(),
                new ScalarLeakyKernels());
    }

    static Kernels vector(int bits) {
        return new Kernels(
                "vector",
                bits,
                new VectorSpikeKernels(),
                new VectorStateKernels(),
                new VectorNeuronKernels(),
                new VectorPoolingKernels(),
                new VectorPlasticityKernels(),
                new VectorAdjointKernels(),
                new VectorLeakyKernels());
    }
}
