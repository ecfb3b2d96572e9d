#!/usr/bin/env python3
"""Equilibrium Propagation training of the paper's 2C2FC in PyTorch on CPUs: whole training steps on real MNIST, timed."""
import argparse
import json
import sys
import time

import common


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("formulation", choices=("reference", "tuned"))
    add("--dtype", choices=("float32", "bf16"), default="float32", help="bf16: spikes, weights and currents of `tuned`; states stay float32")
    add("--fuse", choices=("auto", "cpp", "compile", "none"), default="auto", help="who fuses the neuron update of `tuned`")
    common.add_common_options(parser, "keep")
    add("--batch", type=int, default=125)
    add("--free", type=int, default=250, metavar="T")
    add("--nudge", type=int, default=50, metavar="K")
    add("--beta", type=float, default=0.9)
    add("--rates", type=float, nargs="+", default=[0.25, 0.15, 0.1, 0.08], help="learning rates, input to output")
    add("--seconds", type=float, default=20, help="whole training steps are timed until this has passed")
    add("--updates", type=int, metavar="N", help="stop after N training steps instead (and report their errors)")
    add("--warmup", type=int, default=20, metavar="N", help="settling steps before the clock starts")
    add("--keep-denormals", action="store_true", help="leave denormals on (they are flushed to zero unless asked)")
    return parser.parse_args()


def training_step(network, image, target, options):
    """Free phase, both nudge phases from its end, update. Returns the firing rates and the predictions at the free state."""
    network.clamp(image)
    for _ in range(options.free):
        network.step()
    rates, predicted = network.firing_rates(), network.s[-1].argmax(1)
    free = network.snapshot()
    found = []
    for beta in (options.beta, -options.beta):
        if found:
            network.restore(free)
        for _ in range(options.nudge):
            network.step(target, beta)
        found.append(network.products())
    network.learn(*found, 1 / (2 * options.beta * len(image)), options.rates)
    return rates, predicted


def main():
    options = arguments()
    common.allocator(options.allocator)
    import torch
    import networks
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(not options.keep_denormals)
    torch.set_grad_enabled(False)

    topology, parameters = common.topology_of(options)
    neuron = common.Neuron(options.neuron, options.epsilon, options.lam)
    batches = ([torch.from_numpy(a) for a in pair] for pair in common.training_batches(options.data, options.batch, options.seed))
    image, target = next(batches)
    memory = common.Memory()
    if options.formulation == "reference":
        if options.dtype != "float32":
            raise SystemExit("reference is float32 only: --dtype bf16 goes with tuned")
        network = networks.Reference(topology, parameters, neuron)
    else:
        dtype = {"float32": torch.float32, "bf16": torch.bfloat16}[options.dtype]
        network = networks.Tuned(topology, parameters, neuron, dtype, options.fuse)

    network.clamp(image)
    for _ in range(options.warmup):
        network.step()
    if options.warmup:
        network.step(target, 0.0)
        network.products()

    updates, wrong, start = 0, [], time.perf_counter()
    while True:
        rates, predicted = training_step(network, image, target, options)
        wrong.append(100 * (predicted != target.argmax(1)).float().mean().item())
        updates += 1
        elapsed = time.perf_counter() - start
        if options.updates and not options.json:
            print(f"{updates} {wrong[-1]:.1f} %", file=sys.stderr)
        if updates == options.updates or (options.updates is None and elapsed >= options.seconds):
            break
        image, target = next(batches)
    sample_steps = updates * options.batch * (options.free + 2 * options.nudge)
    report = {
        "peer": "pytorch", "algorithm": "ep", "formulation": options.formulation, "neuron": options.neuron, "dtype": options.dtype,
        "fusion": network.fusion, "threads": options.threads, "batch": options.batch, "free": options.free, "nudge": options.nudge,
        "hidden": options.hidden, "alpha": options.alpha, "sampleStepsPerSecond": round(sample_steps / elapsed, 1),
        "sampleSteps": sample_steps, "seconds": round(elapsed, 3), "updates": updates,
        "trainErrorPercent": [round(w, 1) for w in wrong[-20:]], "firingRates": [round(rate, 4) for rate in rates],
        "peakBytesAboveBase": memory.peak_above_base(), "allocator": options.allocator, "flushDenormals": not options.keep_denormals,
        "torch": torch.__version__, "cpuCapability": torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, "cpu") else None,
        "mkldnn": torch.backends.mkldnn.is_available(), "mkl": torch.backends.mkl.is_available(),
    }
    if options.json:
        print(json.dumps(report))
    else:
        print(f"{report['sampleStepsPerSecond']:,.0f} sample-steps/s: PyTorch {report['torch']}, {options.formulation}, "
              f"{options.neuron}, {options.dtype}, {options.threads} threads, batch {options.batch}; firing rates {report['firingRates']}")


if __name__ == "__main__":
    main()
