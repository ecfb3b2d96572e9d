package org.equipoise.learning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.equipoise.config.LayerSettings;
import org.equipoise.config.LayerSettings.Convolution;
import org.equipoise.config.NetworkSettings;
import org.equipoise.config.NetworkSettings.Readout;
import org.equipoise.config.Pooling;
import org.equipoise.config.Upsampling;
import org.equipoise.kernel.Activation;
import org.equipoise.kernel.Surrogate;

/**
 * Back-propagation through the unrolled equations in double precision, one image, channel-major arrays: every connection is a list of
 * products, of which maximum pooling picks some in every step. Independent of the engine's own code.
 */
final class UnrolledReference {
    final double[][] weights;
    final double[][] biases;

    private final int layers;
    private final int depth;
    private final int[] sizes;
    private final int[] positions;
    private final List<List<Product>> products = new ArrayList<>();
    private final double[] gains;
    /** By connection, for each neuron of a convolution's map the neuron that pools it by the maximum; null without. */
    private final int[][] pooledTo;

    /** One weight's share in the current from one neuron to another. */
    private record Product(int out, int in, int weight, double share) {}

    /** Gradients of one image: plus the derivative of the loss. */
    record Gradient(double[][] weights, double[][] biases) {}

    UnrolledReference(NetworkSettings settings, double[][] weights, double[][] biases) {
        this.weights = weights;
        this.biases = biases;
        this.layers = settings.layers().size();
        this.depth = settings.readout() == Readout.SOFTMAX ? layers - 1 : layers;
        this.sizes = new int[layers + 1];
        this.positions = new int[layers + 1];
        this.gains = new double[layers];
        this.pooledTo = new int[layers][];
        int[] shape = {
            settings.input().channels(),
            settings.input().height(),
            settings.input().width()
        };
        sizes[0] = shape[0] * shape[1] * shape[2];
        for (int l = 0; l < layers; l++) {
            List<Product> all = new ArrayList<>();
            gains[l] = l < depth ? settings.feedback() : 1;
            shape = switch (settings.layers().get(l)) {
                case LayerSettings.Linear linear -> linear(linear.units(), sizes[l], all);
                case Convolution conv -> {
                    int window = conv.pooling().window();
                    boolean maximum = conv.pooling() instanceof Pooling.Maximum;
                    pooledTo[l] = maximum ? pooledTo(conv, shape, window) : null;
                    if (window > 1 && !maximum && settings.upsampling() instanceof Upsampling.Gain gain) {
                        gains[l] *= gain.alpha() * window * window;
                    }
                    yield convolution(conv, shape, window, all);
                }
            };
            products.add(all);
            positions[l + 1] = shape[1] * shape[2];
            sizes[l + 1] = shape[0] * positions[l + 1];
        }
    }

    private static int[] linear(int units, int inputs, List<Product> all) {
        for (int o = 0; o < units; o++) {
            for (int i = 0; i < inputs; i++) {
                all.add(new Product(o, i, o * inputs + i, 1));
            }
        }
        return new int[] {units, 1, 1};
    }

    private static int convolved(Convolution conv, int in) {
        return (in + 2 * conv.padding() - conv.kernel()) / conv.stride() + 1;
    }

    /** Rows and columns that fill no window are left out; the map of maximum pooling is listed neuron by neuron. */
    private static int[] convolution(Convolution conv, int[] in, int window, List<Product> all) {
        int k = conv.kernel();
        int height = convolved(conv, in[1]) / window;
        int width = convolved(conv, in[2]) / window;
        boolean maximum = conv.pooling() instanceof Pooling.Maximum;
        double share = maximum ? 1 : 1.0 / (window * window);
        for (int o = 0; o < conv.channels(); o++) {
            for (int y = 0; y < height * window; y++) {
                for (int x = 0; x < width * window; x++) {
                    int out = maximum
                            ? (o * height * window + y) * width * window + x
                            : (o * height + y / window) * width + x / window;
                    for (int c = 0; c < in[0]; c++) {
                        for (int tap = 0; tap < k * k; tap++) {
                            int iy = y * conv.stride() + tap / k - conv.padding();
                            int ix = x * conv.stride() + tap % k - conv.padding();
                            if (iy >= 0 && iy < in[1] && ix >= 0 && ix < in[2]) {
                                int sender = (c * in[1] + iy) * in[2] + ix;
                                all.add(new Product(out, sender, (o * in[0] + c) * k * k + tap, share));
                            }
                        }
                    }
                }
            }
        }
        return new int[] {conv.channels(), height, width};
    }

    private static int[] pooledTo(Convolution conv, int[] in, int window) {
        int height = convolved(conv, in[1]) / window;
        int width = convolved(conv, in[2]) / window;
        int[] pooled = new int[conv.channels() * height * window * width * window];
        for (int n = 0; n < pooled.length; n++) {
            int x = n % (width * window);
            int row = n / (width * window);
            int y = row % (height * window);
            int channel = row / (height * window);
            pooled[n] = (channel * height + y / window) * width + x / window;
        }
        return pooled;
    }

    /**
     * The products that connections make of what is sent: before maximum pooling those of the first greatest neuron of each window of the
     * map, at which P and P⁻¹ are linear.
     */
    private List<List<Product>> active(double[][] sent) {
        List<List<Product>> active = new ArrayList<>();
        for (int l = 0; l < depth; l++) {
            active.add(pooledTo[l] == null ? products.get(l) : winning(l, pooledTo[l], sent[l]));
        }
        return active;
    }

    private List<Product> winning(int connection, int[] pooled, double[] sent) {
        double[] map = new double[pooled.length];
        for (Product p : products.get(connection)) {
            map[p.out] += weights[connection][p.weight] * sent[p.in];
        }
        int[] winners = new int[sizes[connection + 1]];
        Arrays.fill(winners, -1);
        for (int n = 0; n < map.length; n++) {
            int winner = winners[pooled[n]];
            if (winner < 0 || map[n] > map[winner]) {
                winners[pooled[n]] = n;
            }
        }
        List<Product> winning = new ArrayList<>();
        for (Product p : products.get(connection)) {
            if (winners[pooled[p.out]] == p.out) {
                winning.add(new Product(pooled[p.out], p.in, p.weight, p.share));
            }
        }
        return winning;
    }

    private double[][] zeros() {
        double[][] zeros = new double[depth + 1][];
        for (int l = 0; l <= depth; l++) {
            zeros[l] = new double[sizes[l]];
        }
        return zeros;
    }

    private double bias(int layer, int neuron) {
        return biases[layer - 1][neuron / positions[layer]];
    }

    private double[][] currents(double[][] sent) {
        double[][] u = zeros();
        List<List<Product>> active = active(sent);
        for (int l = 0; l < depth; l++) {
            for (Product p : active.get(l)) {
                double w = weights[l][p.weight] * p.share;
                u[l + 1][p.out] += w * sent[l][p.in];
                if (l > 0) {
                    u[l][p.in] += gains[l] * w * sent[l + 1][p.out];
                }
            }
        }
        return u;
    }

    /** The derivative of {@link #currents} by what was sent and by the weights. */
    private double[][] back(double[][] g, double[][] sent, double[][] weightGradient) {
        double[][] toSent = zeros();
        List<List<Product>> active = active(sent);
        for (int l = 0; l < depth; l++) {
            for (Product p : active.get(l)) {
                double w = weights[l][p.weight] * p.share;
                toSent[l][p.in] += w * g[l + 1][p.out];
                double gw = g[l + 1][p.out] * sent[l][p.in];
                if (l > 0) {
                    toSent[l + 1][p.out] += gains[l] * w * g[l][p.in];
                    gw += gains[l] * g[l][p.in] * sent[l + 1][p.out];
                }
                weightGradient[l][p.weight] += gw * p.share;
            }
        }
        return toSent;
    }

    /** The rate network's states after every step, the first of them zero. */
    private List<double[][]> rateStates(double[] image, int steps, double epsilon, Activation activation) {
        List<double[][]> states = new ArrayList<>();
        double[][] s = zeros();
        s[0] = image;
        states.add(s);
        for (int t = 0; t < steps; t++) {
            double[][] u = currents(s);
            double[][] next = zeros();
            next[0] = image;
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    double d = u[l][i] + bias(l, i);
                    next[l][i] = activation == Activation.CLIP
                            ? Math.clamp(s[l][i] + epsilon * (d - s[l][i]), 0.0, 1.0)
                            : s[l][i] + epsilon * (apply(activation, d) - s[l][i]);
                }
            }
            s = next;
            states.add(s);
        }
        return states;
    }

    private static double apply(Activation activation, double d) {
        return switch (activation) {
            case CLIP -> Math.clamp(d, 0.0, 1.0);
            case HALF_CLIP -> Math.clamp(d / 2, 0.0, 1.0);
            case SIGMOID -> 1 / (1 + Math.exp(-4 * (d - 0.5)));
            case TANH -> Math.tanh(d);
        };
    }

    double rateLoss(double[] image, double[] y, int steps, double epsilon, Activation activation) {
        double[] s = rateStates(image, steps, epsilon, activation).getLast()[depth];
        double loss = 0;
        if (depth < layers) {
            double[] probabilities = softmax(s);
            for (int c = 0; c < y.length; c++) {
                loss -= y[c] * Math.log(probabilities[c]);
            }
            return loss;
        }
        for (int c = 0; c < y.length; c++) {
            loss += 0.5 * (s[c] - y[c]) * (s[c] - y[c]);
        }
        return loss;
    }

    /** What the readout makes of the last layer of neurons. */
    private double[] softmax(double[] s) {
        double[] probabilities = biases[depth].clone();
        for (Product p : products.get(depth)) {
            probabilities[p.out] += weights[depth][p.weight] * s[p.in];
        }
        double sum = 0;
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = Math.exp(probabilities[c]);
            sum += probabilities[c];
        }
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] /= sum;
        }
        return probabilities;
    }

    /** The derivative of the loss by the last state; that by a readout's parameters is added to the gradient. */
    private double[] backFromLoss(double[] s, double[] y, Gradient gradient) {
        double[] g = new double[s.length];
        if (depth == layers) {
            for (int c = 0; c < y.length; c++) {
                g[c] = s[c] - y[c];
            }
            return g;
        }
        double[] error = softmax(s);
        for (int c = 0; c < y.length; c++) {
            error[c] -= y[c];
            gradient.biases[depth][c] += error[c];
        }
        for (Product p : products.get(depth)) {
            g[p.in] += weights[depth][p.weight] * error[p.out];
            gradient.weights[depth][p.weight] += error[p.out] * s[p.in];
        }
        return g;
    }

    private Gradient noGradient() {
        double[][] w = new double[layers][];
        double[][] b = new double[layers][];
        for (int l = 0; l < layers; l++) {
            w[l] = new double[weights[l].length];
            b[l] = new double[biases[l].length];
        }
        return new Gradient(w, b);
    }

    Gradient rateGradient(double[] image, double[] y, int steps, int truncate, double epsilon, Activation activation) {
        List<double[][]> states = rateStates(image, steps, epsilon, activation);
        Gradient gradient = noGradient();
        double[][] g = zeros();
        g[depth] = backFromLoss(states.getLast()[depth], y, gradient);
        for (int t = steps; t > Math.max(0, steps - truncate); t--) {
            double[][] before = states.get(t - 1);
            double[][] u = currents(before);
            double[][] gu = zeros();
            double[][] carried = zeros();
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    double d = u[l][i] + bias(l, i);
                    double pre = before[l][i] + epsilon * (d - before[l][i]);
                    boolean passed = pre >= 0 && pre <= 1;
                    double slope = slope(activation, d, passed);
                    gu[l][i] = epsilon * slope * g[l][i];
                    carried[l][i] = activation == Activation.CLIP && !passed ? 0 : (1 - epsilon) * g[l][i];
                    gradient.biases[l - 1][i / positions[l]] += gu[l][i];
                }
            }
            double[][] toSent = back(gu, before, gradient.weights);
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    g[l][i] = carried[l][i] + toSent[l][i];
                }
            }
        }
        return gradient;
    }

    private static double slope(Activation activation, double d, boolean passed) {
        double value = apply(activation, d);
        return switch (activation) {
            case CLIP -> passed ? 1 : 0;
            case HALF_CLIP -> d >= 0 && d <= 2 ? 0.5 : 0;
            case SIGMOID -> 4 * value * (1 - value);
            case TANH -> 1 - value * value;
        };
    }

    /** What spiking neurons did in one step. */
    private record Fired(double[][] sent, boolean[][] passed, double[][] p) {}

    /** What the spiking network did, in float32 from exact currents. */
    static final class Spiking {
        final List<Fired> steps = new ArrayList<>();
        double[] output = {};
    }

    Spiking runSpiking(double[] image, int steps, float lambda, float epsilon, float threshold) {
        Spiking run = new Spiking();
        float inverse = 1f / lambda;
        float[][] s = new float[depth + 1][];
        float[][] v = new float[depth + 1][];
        float[][] phi = new float[depth + 1][];
        double[][] q = zeros();
        for (int l = 0; l <= depth; l++) {
            s[l] = new float[sizes[l]];
            v[l] = new float[sizes[l]];
            phi[l] = new float[sizes[l]];
        }
        for (int t = 1; t <= steps; t++) {
            double[][] sent = q.clone();
            sent[0] = new double[sizes[0]];
            for (int i = 0; i < sizes[0]; i++) {
                float x = (float) image[i];
                float p = phi[0][i] + (x - (1f - lambda) * (t == 1 ? 0f : x)) * inverse;
                sent[0][i] = p > threshold ? 1 : 0;
                phi[0][i] = p - (float) sent[0][i];
            }
            double[][] u = currents(sent);
            boolean[][] passed = new boolean[depth + 1][];
            double[][] potential = zeros();
            q = zeros();
            for (int l = 1; l <= depth; l++) {
                passed[l] = new boolean[sizes[l]];
                for (int i = 0; i < sizes[l]; i++) {
                    v[l][i] = (1f - lambda) * v[l][i] + lambda * (float) u[l][i];
                    float d = v[l][i] + (float) bias(l, i);
                    float pre = s[l][i] + epsilon * (d - s[l][i]);
                    passed[l][i] = pre >= 0f && pre <= 1f;
                    float next = Math.clamp(pre, 0f, 1f);
                    float p = phi[l][i] + (next - (1f - lambda) * s[l][i]) * inverse;
                    s[l][i] = next;
                    q[l][i] = p > threshold ? 1 : 0;
                    phi[l][i] = p - (float) q[l][i];
                    potential[l][i] = p;
                }
            }
            run.steps.add(new Fired(sent, passed, potential));
        }
        run.output = new double[sizes[depth]];
        for (int c = 0; c < run.output.length; c++) {
            run.output[c] = s[depth][c];
        }
        return run;
    }

    Gradient spikingGradient(
            Spiking run,
            double[] y,
            int truncate,
            double lambda,
            double epsilon,
            double threshold,
            Surrogate surrogate,
            boolean attached) {
        Gradient gradient = noGradient();
        double[][] gs = zeros();
        double[][] gv = zeros();
        double[][] gphi = zeros();
        double[][] gq = zeros();
        gs[depth] = backFromLoss(run.output, y, gradient);
        int steps = run.steps.size();
        for (int t = steps - 1; t >= Math.max(0, steps - truncate); t--) {
            Fired step = run.steps.get(t);
            double[][] gu = zeros();
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    double r = slope(surrogate, Math.abs(step.p[l][i] - threshold));
                    double gp = gphi[l][i] + r * (gq[l][i] - (attached ? gphi[l][i] : 0));
                    double next = step.passed[l][i] ? gs[l][i] + gp / lambda : 0;
                    double gd = epsilon * next;
                    double decoded = gv[l][i] + gd;
                    gu[l][i] = lambda * decoded;
                    gv[l][i] = (1 - lambda) * decoded;
                    gs[l][i] = (1 - epsilon) * next - (1 - lambda) / lambda * gp;
                    gphi[l][i] = gp;
                    gradient.biases[l - 1][i / positions[l]] += gd;
                }
            }
            gq = back(gu, step.sent, gradient.weights);
        }
        return gradient;
    }

    private static double slope(Surrogate surrogate, double distance) {
        return switch (surrogate) {
            case Surrogate.Rectangular rectangular -> distance < rectangular.width() ? 1 : 0;
            case Surrogate.FastSigmoid sigmoid -> Math.pow(1 + distance / sigmoid.width(), -2);
            case Surrogate.Identity identity -> 1;
        };
    }

    /**
     * The gradient of a rate network that clips where the spiking one clipped and sends what the decoders of the spiking one hold:
     * what an identity surrogate must come to, since encoder and decoder are then each other's inverse.
     */
    Gradient rateGradientOf(Spiking run, double[] y, double lambda, double epsilon) {
        Gradient gradient = noGradient();
        int steps = run.steps.size();
        List<double[][]> decoded = new ArrayList<>();
        double[][] trace = zeros();
        for (Fired step : run.steps) {
            double[][] next = zeros();
            for (int l = 0; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    next[l][i] = (1 - lambda) * trace[l][i] + lambda * step.sent[l][i];
                }
            }
            trace = next;
            decoded.add(next);
        }
        double[][] g = zeros();
        g[depth] = backFromLoss(run.output, y, gradient);
        for (int t = steps - 1; t >= 0; t--) {
            double[][] gu = zeros();
            double[][] carried = zeros();
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    double passed = run.steps.get(t).passed[l][i] ? g[l][i] : 0;
                    gu[l][i] = epsilon * passed;
                    carried[l][i] = (1 - epsilon) * passed;
                    gradient.biases[l - 1][i / positions[l]] += gu[l][i];
                }
            }
            double[][] toSent = back(gu, decoded.get(t), gradient.weights);
            for (int l = 1; l <= depth; l++) {
                for (int i = 0; i < sizes[l]; i++) {
                    g[l][i] = carried[l][i] + toSent[l][i];
                }
            }
        }
        return gradient;
    }
}
