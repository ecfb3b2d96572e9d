#!/usr/bin/env python3
"""Back-propagation through time of the paper's 2C2FC in PyTorch on CPUs: the same dynamics unrolled with beta = 0, loss
1/2 |s_T - y|^2 at the last step; time per training image and peak memory above what the imports hold."""
import argparse
import json
import time

import common


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("formulation", choices=("reference", "tuned"), nargs="?", default="reference",
        help="tuned: pooling folded into the convolution, channels-last, neuron update by torch.compile where there is one")
    common.add_common_options(parser, "compact")
    add("--batch", type=int, default=10)
    add("--steps", type=int, default=150, metavar="T")
    add("--rates", type=float, nargs="+", default=[0.25, 0.15, 0.1, 0.08], help="learning rates, input to output")
    add("--detach-reset", action="store_true", help="no gradient through the spike that is taken off the encoder's remainder")
    add("--seconds", type=float, default=20, help="whole training steps are timed until this has passed")
    add("--warmup", type=int, default=1, metavar="N", help="training steps before the clock starts (their memory counts)")
    return parser.parse_args()


def build(torch, options, topology, parameters, neuron):
    """Returns loss(image, target) -> (loss, firing rates) and the parameters."""
    F, layers = torch.nn.functional, topology.layers
    weights = [torch.nn.Parameter(torch.from_numpy(w.copy())) for w, _ in parameters]
    biases = [torch.nn.Parameter(torch.from_numpy(b.copy())) for _, b in parameters]
    tuned = options.formulation == "tuned"
    from networks import Reference, channels_last, transpose_of

    class Spike(torch.autograd.Function):
        """Heaviside forward; backward a rectangle of half-width 1/2 about the threshold."""

        @staticmethod
        def forward(context, p):
            context.save_for_backward((p - neuron.threshold).abs() < 0.5)
            return (p > neuron.threshold).to(p.dtype)

        @staticmethod
        def backward(context, gradient):
            return gradient * context.saved_tensors[0]

    def update(u, bias, s, v, phi):
        if neuron.spiking:
            u = v = neuron.keep * v + neuron.lam * u
        now = torch.clamp(s + neuron.epsilon * (u + bias - s), 0, 1)
        if not neuron.spiking:
            return now, v, phi, now
        p = phi + (now - neuron.keep * s) * neuron.inverse
        q = Spike.apply(p)
        return now, v, p - (q.detach() if options.detach_reset else q), q

    fusion = "none"
    if tuned and hasattr(torch, "compile"):
        torch._dynamo.config.cache_size_limit = 64
        update, fusion = torch.compile(update, dynamic=False), "compile"

    def forward(layer, weight, q):
        if not layer.conv:
            return F.linear(q.flatten(1), weight)
        if tuned:
            return F.conv2d(q, weight, stride=layer.pool * layer.stride, padding=layer.pad)
        u = F.conv2d(q, weight, stride=layer.stride, padding=layer.pad)
        return F.avg_pool2d(u, 2) if layer.pool == 2 else u

    def backward(layer, weight, q, below):
        if not layer.conv:
            return F.linear(q, weight.t()).view(below.shape)
        alpha = topology.alpha(layer)
        if tuned:
            return F.conv_transpose2d(q, weight * (alpha * layer.pool**2), **transpose_of(layer, below.shape, layer.pool))
        return F.conv_transpose2d(Reference.unpool(layer, q) * alpha, weight, **transpose_of(layer, below.shape, 1))

    def folded(layer, weight):
        if not (tuned and layer.conv):
            return weight
        return (F.avg_pool2d(F.pad(weight, (1, 1, 1, 1)), 2, 1) if layer.pool == 2 else weight).contiguous(memory_format=torch.channels_last)

    def loss(image, target):
        shapes = [topology.input_shape] + [layer.shape for layer in layers]
        zeros = [torch.zeros((len(image),) + shape) for shape in shapes]
        if tuned:
            zeros = [channels_last(z) if z.dim() == 4 else z for z in zeros]
        s, v, phi, q = list(zeros), list(zeros), list(zeros), list(zeros)
        previous = zeros[0]
        working = [folded(layer, weight) for layer, weight in zip(layers, weights)]
        rows = [b.view(-1, 1, 1) if layer.conv else b for layer, b in zip(layers, biases)]
        if not neuron.spiking:
            q[0] = image
        for _ in range(options.steps):
            if neuron.spiking:
                p = phi[0] + (image - neuron.keep * previous) * neuron.inverse
                q[0] = (p > neuron.threshold).to(p.dtype)
                phi[0], previous = p - q[0], image
            currents = [forward(layer, working[n], q[n]) for n, layer in enumerate(layers)]
            for n in range(1, len(layers)):
                currents[n - 1] = currents[n - 1] + backward(layers[n], working[n], q[n + 1], q[n])
            for n, u in enumerate(currents, 1):
                s[n], v[n], phi[n], q[n] = update(u, rows[n - 1], s[n], v[n], phi[n])
        return 0.5 * (s[-1] - target).square().sum() / len(image), [t.detach().mean().item() for t in q]

    return loss, weights, biases, fusion


def main():
    options = arguments()
    common.allocator(options.allocator)
    import torch
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    topology, parameters = common.topology_of(options)
    neuron = common.Neuron(options.neuron, options.epsilon, options.lam)
    batches = ([torch.from_numpy(a) for a in pair] for pair in common.training_batches(options.data, options.batch, options.seed))
    image, target = next(batches)
    memory = common.Memory()
    loss, weights, biases, fusion = build(torch, options, topology, parameters, neuron)
    optimizer = torch.optim.SGD([{"params": pair, "lr": rate} for pair, rate in zip(zip(weights, biases), options.rates)], lr=0.1)

    losses, images, start = [], 0, None
    for number in range(10**9):
        if number == options.warmup:
            start = time.perf_counter()
        value, rates = loss(image, target)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
        if start is not None:
            images += len(image)
            elapsed = time.perf_counter() - start
            if elapsed >= options.seconds:
                break
        image, target = next(batches)
    report = {
        "peer": "pytorch", "algorithm": "bptt", "formulation": options.formulation, "neuron": options.neuron, "dtype": "float32",
        "fusion": fusion, "threads": options.threads, "batch": options.batch, "timeSteps": options.steps, "hidden": options.hidden,
        "alpha": options.alpha, "secondsPerImage": round(elapsed / images, 5),
        "sampleStepsPerSecond": round(images * options.steps / elapsed, 1), "images": images, "seconds": round(elapsed, 3),
        "peakBytesAboveBase": memory.peak_above_base(), "allocator": options.allocator,
        "loss": [round(x, 4) for x in losses[-20:]],
        "firingRates": [round(rate, 4) for rate in rates], "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{report['secondsPerImage'] * 1000:,.1f} ms a training image, peak {report['peakBytesAboveBase'] / 1e6:,.0f} MB above "
              f"base: PyTorch {report['torch']}, {options.formulation}, {options.neuron}, T {options.steps}, batch {options.batch}, "
              f"{options.threads} threads; loss {losses[0]:.3f} -> {losses[-1]:.3f}; firing rates {report['firingRates']}")


if __name__ == "__main__":
    main()
