package org.equipoise.bench.scaling;

/**
 * How long a batch takes that machines share, by the model: the computing of a machine's images, and then the exchange.
 *
 * @param computing of one machine
 * @param network between them
 * @param batch images of a batch
 * @param steps steps of an image
 * @param pieces in how many pieces the gradient is exchanged
 * @param bytes bytes of the gradient
 */
record Forecast(Computing computing, Network network, int batch, int steps, int pieces, long bytes) {
    /** From here on machines are added in vain. */
    static final double WORTHWHILE = 0.5;

    double seconds(int machines) {
        return computing.seconds(Math.ceilDiv(batch, machines), steps) + network.seconds(machines, pieces, bytes);
    }

    double speedUp(int machines) {
        return seconds(1) / seconds(machines);
    }

    double efficiency(int machines) {
        return speedUp(machines) / machines;
    }

    /** {@return the most machines that are used for half at least, one image each at most} */
    int mostMachines() {
        int most = 1;
        for (int machines = 2; machines <= batch; machines++) {
            most = efficiency(machines) >= WORTHWHILE ? machines : most;
        }
        return most;
    }
}
