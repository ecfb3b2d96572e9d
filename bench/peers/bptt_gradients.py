#!/usr/bin/env python3
"""Gradients of a small network by PyTorch's autograd through the unrolled dynamics, as JSON: what the engine's tests are held to.
Weights lie on a grid of 1/256, so that currents are exact and spikes the same whatever the order of sums."""
import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F

INPUT, STEPS, BATCH, ALPHA, EPSILON, LAMBDA, THRESHOLD = (2, 7, 6), 20, 3, 0.75, 0.3, 0.6, 0.5
LAYERS = [{"conv": 3, "kernel": 3, "pad": 0, "pool": 2}, {"conv": 4, "kernel": 2, "pad": 1, "pool": 1}, {"linear": 5}, {"linear": 3}]
SHAPES = [INPUT, (3, 2, 2), (4, 3, 3), (5,), (3,)]
KEEP = float(np.float32(1) - np.float32(LAMBDA))
INVERSE = float(np.float32(1) / np.float32(LAMBDA))
CASES = {
    "rate": {"spiking": False},
    "rate, last 6 steps": {"spiking": False, "truncate": 6},
    "spiking": {"spiking": True, "surrogate": "rectangular", "detach": False},
    "spiking, reset detached": {"spiking": True, "surrogate": "rectangular", "detach": True},
    "spiking, fast sigmoid": {"spiking": True, "surrogate": "fast-sigmoid", "detach": False},
    "spiking, last 6 steps": {"spiking": True, "surrogate": "rectangular", "detach": False, "truncate": 6},
}


class Spike(torch.autograd.Function):
    @staticmethod
    def forward(context, p, surrogate):
        distance = (p - THRESHOLD).abs()
        context.save_for_backward((distance < 0.5).to(p.dtype) if surrogate == "rectangular" else (1 + distance / 0.5) ** -2)
        return (p > THRESHOLD).to(p.dtype)

    @staticmethod
    def backward(context, gradient):
        return gradient * context.saved_tensors[0], None


def forward(layer, weight, q):
    if "linear" in layer:
        return F.linear(q.flatten(1), weight)
    u = F.conv2d(q, weight, padding=layer["pad"])
    return F.avg_pool2d(u, 2) if layer["pool"] == 2 else u


def backward(layer, weight, q, below):
    if "linear" in layer:
        return F.linear(q, weight.t()).view(below.shape)
    if layer["pool"] == 2:
        q = F.interpolate(q, scale_factor=2, mode="nearest") * ALPHA
        side = [below.shape[d] + 2 * layer["pad"] - layer["kernel"] + 1 for d in (2, 3)]
        q = F.pad(q, (0, side[1] - q.shape[3], 0, side[0] - q.shape[2]))
    return F.conv_transpose2d(q, weight, padding=layer["pad"])


def gradients(case, weights, biases, image, target):
    depth = len(LAYERS)
    s, v, phi, q = ([torch.zeros((BATCH,) + shape) for shape in SHAPES] for _ in range(4))
    previous = torch.zeros_like(image)
    q[0] = image
    for step in range(STEPS):
        if step == STEPS - case.get("truncate", STEPS):
            s, v, phi, q = ([t.detach() for t in tensors] for tensors in (s, v, phi, q))
        if case["spiking"]:
            p = phi[0] + (image - KEEP * previous) * INVERSE
            q[0] = (p > THRESHOLD).to(p.dtype)
            phi[0], previous = p - q[0], image
        u = [forward(layer, weights[n], q[n]) for n, layer in enumerate(LAYERS)]
        for n in range(1, depth):
            u[n - 1] = u[n - 1] + backward(LAYERS[n], weights[n], q[n + 1], q[n])
        for n in range(depth):
            at = n + 1
            bias = biases[n].view(-1, 1, 1) if "conv" in LAYERS[n] else biases[n]
            if case["spiking"]:
                v[at] = KEEP * v[at] + LAMBDA * u[n]
            now = torch.clamp(s[at] + EPSILON * ((v[at] if case["spiking"] else u[n]) + bias - s[at]), 0, 1)
            if case["spiking"]:
                p = phi[at] + (now - KEEP * s[at]) * INVERSE
                q[at] = Spike.apply(p, case["surrogate"])
                phi[at] = p - (q[at].detach() if case["detach"] else q[at])
            else:
                q[at] = now
            s[at] = now
    loss = 0.5 * (s[-1] - target).square().sum() / BATCH
    return [g.flatten().tolist() for g in torch.autograd.grad(loss, weights + biases)], s[-1].flatten().tolist()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", help="the JSON file to write")
    torch.manual_seed(7)
    grid = lambda shape, reach, centre: torch.round((torch.rand(shape) * 2 - 1 + centre) * reach * 256) / 256
    shapes = [(3, 2, 3, 3), (4, 3, 2, 2), (5, 36), (3, 5)]
    weights = [grid(shape, 2 / np.sqrt(np.prod(shape[1:])), 0.2).requires_grad_() for shape in shapes]
    biases = [grid((shape[0],), 0.25, 0.2).requires_grad_() for shape in shapes]
    image = torch.round(torch.rand((BATCH,) + INPUT) * 256) / 256
    target = F.one_hot(torch.tensor([0, 1, 2]), 3).float()
    found = {}
    for name, case in CASES.items():
        values, output = gradients(case, weights, biases, image, target)
        found[name] = {"case": case, "weights": values[: len(LAYERS)], "biases": values[len(LAYERS):], "output": output}
    flat = lambda tensors: [t.detach().flatten().tolist() for t in tensors]
    report = {"torch": torch.__version__, "steps": STEPS, "weights": flat(weights), "biases": flat(biases), "images": flat(image),
              "targets": target.tolist(), "gradients": found}
    with open(parser.parse_args().out, "w") as file:
        json.dump(report, file)
        file.write("\n")


if __name__ == "__main__":
    main()
