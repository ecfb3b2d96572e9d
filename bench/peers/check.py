#!/usr/bin/env python3
"""Runs a golden case (net.yaml, model.safetensors, x.npy, y.npy, args, expected.safetensors) through both PyTorch
formulations and compares every state of the last step of each phase; the EP products against autograd; and torch_bptt's
unrolled network against the same free phase, its two formulations' gradients against each other."""
import argparse
import pathlib
import shlex
import sys
import types

import numpy as np
import torch
import yaml

import common
import networks
import torch_bptt


def states(network, spiking):
    kinds = {"s": network.s, "v": network.v, "phi": network.phi, "q": network.q} if spiking else {"s": network.s}
    return {f"l{layer}/{kind}": tensors[layer].float().contiguous().numpy().copy()
            for kind, tensors in kinds.items() for layer in range(len(tensors))}


def run(network, image, target, options, spiking):
    found = {}
    network.clamp(image)
    for _ in range(options.free):
        network.step()
    found.update({f"free/{name}": value for name, value in states(network, spiking).items()})
    free = network.snapshot()
    for phase, beta in (("plus", options.beta), ("minus", -options.beta)):
        network.restore(free)
        for _ in range(options.nudge):
            network.step(target, beta)
        found.update({f"{phase}/{name}": value for name, value in states(network, spiking).items()})
    return found


def product_error(network):
    """Largest relative difference between products() and autograd of sum s . P(w * s_below) + b . s at the same states."""
    weights = [w.clone().requires_grad_() for w in network.weights]
    biases = [b.clone().requires_grad_() for b in network.biases]
    with torch.enable_grad():
        value = torch.zeros(())
        for number, layer in enumerate(network.layers):
            s, below = network.s[number + 1], network.s[number]
            if layer.conv:
                u = torch.nn.functional.conv2d(below, weights[number], stride=layer.stride, padding=layer.pad)
                u = torch.nn.functional.avg_pool2d(u, 2) if layer.pool == 2 else u
                value = value + (s * (u + biases[number].view(-1, 1, 1))).sum()
            else:
                value = value + (s * (below.flatten(1) @ weights[number].t() + biases[number])).sum()
        expected = torch.autograd.grad(value, weights + biases)
    found = [w for w, _ in network.products()] + [b for _, b in network.products()]
    return max(((a - b).norm() / b.norm().clamp_min(1e-12)).item() for a, b in zip(found, expected))


def bptt(topology, parameters, neuron, image, target, steps, formulation):
    """Loss and gradients of the unrolled network."""
    options = types.SimpleNamespace(formulation=formulation, steps=steps, detach_reset=False)
    with torch.enable_grad():
        loss, weights, biases, _ = torch_bptt.build(torch, options, topology, parameters, neuron)
        value, _ = loss(image, target)
        return value.item(), torch.autograd.grad(value, weights + biases)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=pathlib.Path, help="folder of the golden case")
    case = parser.parse_args().case
    phases = argparse.ArgumentParser()
    phases.add_argument("--free", type=int)
    phases.add_argument("--nudge", type=int)
    phases.add_argument("--beta", type=float)
    options, _ = phases.parse_known_args(shlex.split((case / "args").read_text()))

    torch.set_grad_enabled(False)
    net = yaml.safe_load((case / "net.yaml").read_text())
    topology = common.Topology(net["network"])
    parameters = list(topology.load(case / "model.safetensors"))
    described = net["neuron"]
    neuron = common.Neuron(described["kind"], described["epsilon"], described.get("lambda", 1.0), described.get("threshold", 0.5))
    image, target = (torch.from_numpy(np.load(case / name).astype(np.float32)) for name in ("x.npy", "y.npy"))
    expected = common.read_safetensors(case / "expected.safetensors")

    print(f"PyTorch {torch.__version__}, {case}")
    failed = False
    variants = [("reference", lambda: networks.Reference(topology, parameters, neuron))]
    for fuse in ("none", "cpp", "compile"):
        if fuse != "compile" or hasattr(torch, "compile"):
            variants.append((f"tuned, fusion {fuse}", lambda fuse=fuse: networks.Tuned(topology, parameters, neuron, fuse=fuse)))
    variants.append(("tuned, bf16 (rounds the weights)", lambda: networks.Tuned(topology, parameters, neuron, torch.bfloat16)))
    for name, make in variants:
        network = make()
        found = run(network, image, target, options, neuron.spiking)
        names = [n for n in expected if n.split("/")[0] in ("free", "plus", "minus")]
        missing = [n for n in names if n not in found]
        if missing or not names:
            raise SystemExit(f"{case}: no state to compare with {missing[0] if missing else 'in expected.safetensors'}")
        differences = {n: float(np.abs(found[n] - expected[n]).max()) for n in names}
        worst = max(differences, key=differences.get)
        exact = all(np.array_equal(found[n], expected[n]) for n in names)
        products = product_error(network)
        drift = max(float(np.abs(found[n] - expected[n]).mean()) for n in names if n.endswith("/s"))
        ok = (exact or ("bf16" in name and drift < 0.02) or (not neuron.spiking and differences[worst] < 1e-5)) and products < 1e-4
        failed |= not ok
        print(f"{'ok  ' if ok else 'FAIL'} {name}: {len(names)} arrays, "
              + ("bit for bit" if exact else f"largest difference {differences[worst]:.3g} in {worst}, mean of |ds| at most {drift:.1e} in a layer")
              + f"; EP products against autograd {products:.1e}")

    free = torch.from_numpy(expected[f"free/l{len(topology.layers)}/s"].copy())
    right = (0.5 * (free - target).square().sum() / len(image)).item()
    losses, gradients = zip(*(bptt(topology, parameters, neuron, image, target, options.free, f) for f in ("reference", "tuned")))
    apart = max(((a - b).norm() / a.norm().clamp_min(1e-12)).item() for a, b in zip(*gradients))
    ok = all(abs(loss - right) <= 1e-5 * right for loss in losses) and apart < 1e-3 and all(g.norm() > 0 for g in gradients[0][:-1])
    failed |= not ok
    print(f"{'ok  ' if ok else 'FAIL'} BPTT: losses {losses[0]:.6f} and {losses[1]:.6f}, {right:.6f} by the expected states; "
          f"gradients of the two formulations {apart:.1e} apart")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
