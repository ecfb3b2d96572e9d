#!/usr/bin/env python3
"""Trains a network of Equipoise's by symmetric Equilibrium Propagation in PyTorch, from the run's own config.yaml, and writes error
over time as `equipoise compare` reads it: epoch, seconds, errors, processor. Seconds are of training and tests, without imports."""
import argparse
import csv
import os
import pathlib
import platform
import time

import common


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--config", required=True, metavar="FILE", help="config.yaml of a run, or what `equipoise config show` prints")
    add("--data", required=True, metavar="DIR", help="folder of the four raw IDX files")
    add("--csv", required=True, metavar="FILE", help="where to write, a line after each epoch")
    add("--hold-out", type=int, default=0, metavar="N", help="test with the last N training images, which are not learnt from")
    add("--train-limit", type=int, metavar="N")
    add("--test-limit", type=int, metavar="N")
    add("--epochs", type=int, metavar="N", help="in place of the configuration's")
    add("--seed", type=int, metavar="N", help="in place of the configuration's")
    add("--threads", type=int, default=2)
    add("--keep-denormals", action="store_true", help="leave denormals on (they are flushed to zero unless asked)")
    return parser.parse_args()


class Rule:
    """The settings that this program knows; what it does not know it refuses, so that no two rules are compared unawares."""

    def __init__(self, settings):
        network, neuron, phases, learning, training = (settings[part] for part in ("network", "neuron", "phases", "learning", "training"))
        known = {
            "network.normalise": (network.get("normalise", "none"), "none"), "neuron.image": (neuron.get("image", "spikes"), "spikes"),
            "neuron.activation": (neuron.get("activation", "clip"), "clip"), "neuron.nudge": (neuron.get("nudge", "inside"), "inside"),
            "phases.scheme": (phases.get("scheme", "symmetric"), "symmetric"), "phases.settle": (phases.get("settle", False), False),
            "phases.errors": (phases.get("errors", "fed-back"), "fed-back"),
            "phases.nudge-margin": (phases.get("nudge-margin", False), False), "learning.algorithm": (learning.get("algorithm", "ep"), "ep"),
            "learning.optimizer": (learning.get("optimizer", "sgd"), "sgd"), "training.initial": (training.get("initial", "fan-in"), "fan-in"),
            "training.particles": (training.get("particles", "none"), "none"),
        }
        for key, (value, expected) in known.items():
            if value != expected:
                raise SystemExit(f"{key} is {value}; this program knows {expected} alone")
        self.loss, self.readout = learning.get("loss", "mse"), learning.get("readout", "state")
        if (self.loss, self.readout) not in (("mse", "state"), ("cross-entropy", "softmax")):
            raise SystemExit("mse with readout state, or cross-entropy with readout softmax, was expected")
        if neuron["kind"] not in ("rate", "sigma-delta") or learning.get("rate-schedule", "constant") not in ("constant", "cosine"):
            raise SystemExit("neuron.kind rate or sigma-delta and rate-schedule constant or cosine were expected")
        self.topology = common.Topology(network)
        self.feedback = float(network.get("feedback", 1))
        self.spiking = neuron["kind"] == "sigma-delta"
        self.epsilon = schedule(neuron.get("epsilon", 0.1))
        self.lam = schedule(neuron.get("lambda", 0.6))
        self.threshold = float(neuron.get("threshold", 0.5))
        self.free, self.nudge, self.beta = phases["free"], phases["nudge"], float(phases["beta"])
        average = phases.get("average", 1)
        self.means = (average["free"], average["nudge"]) if isinstance(average, dict) else (average, average)
        self.softmax = self.readout == "softmax"
        above = [max(0, len(self.topology.layers) - (2 if self.softmax else 1) - n) for n in range(len(self.topology.layers))]
        scaled = learning.get("rate-scale", "none") == "feedback"
        self.rates = [rate * self.feedback ** -n if scaled else rate for rate, n in zip(learning["rates"], above)]
        self.momentum, self.nesterov = float(learning.get("momentum", 0)), bool(learning.get("nesterov", False))
        self.decay, self.decoupled = float(learning.get("decay", 0)), learning.get("decay-form", "gradient") == "decoupled"
        self.cosine, self.warm_up = learning.get("rate-schedule") == "cosine", float(learning.get("warm-up", 0))
        self.average = float(learning.get("weight-average", 0))
        augment = training.get("augment", {})
        augment = augment if isinstance(augment, dict) else {}
        self.flip, self.crop = bool(augment.get("flip", False)), int(augment.get("crop", 0))
        self.batch, self.epochs, self.seed = training["batch"], training["epochs"], training.get("seed", 0)


def schedule(text):
    """A constant, or scale / t^power with t from 1 at the start of the free phase."""
    scale, _, power = str(text).partition("/t^")
    return lambda t: float(scale) / t ** float(power or 0)


def network_of(rule, torch, networks):
    import torch.nn.functional as F

    class Learner(networks.Reference):
        """The dynamics with feedback, schedules and a readout, of states up to the last that is one."""

        def __init__(self):
            super().__init__(rule.topology, list(rule.topology.initial(rule.seed)), common.Neuron("spiking" if rule.spiking else "rate"))
            self.layers = rule.topology.layers[:-1] if rule.softmax else rule.topology.layers
            self.velocity = [[torch.zeros_like(tensor) for tensor in kind] for kind in (self.weights, self.biases)]
            self.mean = [[tensor.clone() for tensor in kind] for kind in (self.weights, self.biases)]
            self.updates = 0

        def clamp(self, image):
            shapes = [rule.topology.input_shape] + [layer.shape for layer in self.layers]
            self.s, self.v, self.phi, self.q = ([torch.zeros((len(image),) + shape) for shape in shapes] for _ in range(4))
            self.s[0], self.previous, self.time = image, torch.zeros_like(image), 0
            if not rule.spiking:
                self.q = self.s

        def backward(self, number):
            layer = self.layers[number]
            if not layer.conv or not networks.OLD:
                return super().backward(number)
            # before 2.0 conv_transpose2d does not use oneDNN; the same as a gradient does
            up = self.unpool(layer, self.q[number + 1]) * rule.topology.alpha(layer)
            return torch.ops.aten.convolution_backward(
                up, self.s[number], self.weights[number], None, [layer.stride] * 2, [layer.pad] * 2, [1, 1], False, [0, 0], 1,
                [True, False, False])[0]

        def answer(self, s):
            return F.linear(s.flatten(1), self.weights[-1], self.biases[-1]) if rule.softmax else s

        def pull(self, s, target):
            """-dL/ds of the last state."""
            if not rule.softmax:
                return target - s
            return ((target - F.softmax(self.answer(s), 1)) @ self.weights[-1]).view(s.shape)

        def step(self, target=None, beta=0.0):
            self.time += 1
            epsilon, lam = rule.epsilon(self.time), rule.lam(self.time)
            self.neuron.keep, self.neuron.lam, self.neuron.inverse = 1 - lam, lam, 1 / lam
            self.neuron.threshold = rule.threshold
            self.encode_image()
            last = len(self.layers) - 1
            currents = [self.forward(n) for n in range(last + 1)]
            for n in range(last):
                currents[n] = currents[n] + rule.feedback * self.backward(n + 1)
            new_s, new_q = list(self.s), list(self.q)
            for n, u in enumerate(currents):
                at = n + 1
                if rule.spiking:
                    self.v[at] = u = self.neuron.keep * self.v[at] + lam * u
                drive = u + (self.biases[n].view(-1, 1, 1) if self.layers[n].conv else self.biases[n])
                if n == last and target is not None:
                    drive = drive + beta * self.pull(self.s[at], target)
                new_s[at] = torch.clamp(self.s[at] + epsilon * (drive - self.s[at]), 0, 1)
                if rule.spiking:
                    p = self.phi[at] + (new_s[at] - self.neuron.keep * self.s[at]) * self.neuron.inverse
                    new_q[at] = (p > rule.threshold).float()
                    self.phi[at] = p - new_q[at]
            self.s, self.q = new_s, new_q if rule.spiking else new_s

        def settle(self, steps, window, target=None, beta=0.0):
            """The mean of all states over the last steps."""
            mean = None
            for step in range(steps):
                self.step(target, beta)
                if step >= steps - window:
                    mean = list(self.s) if mean is None else [a + b for a, b in zip(mean, self.s)]
            return [tensor / window for tensor in mean]

        def products_of(self, states):
            kept, self.s = self.s, states
            result = super().products()
            self.s = kept
            return result

        def learn_from(self, image, target, factor, keep):
            self.clamp(image)
            answer = self.answer(self.settle(rule.free, rule.means[0])[-1])
            free, at = self.snapshot(), self.time
            found, readouts = [], []
            for beta in (rule.beta, -rule.beta):
                self.restore(free)
                self.time = at
                states = self.settle(rule.nudge, rule.means[1], target, beta)
                found.append(self.products_of(states))
                if rule.softmax:
                    error = target - F.softmax(self.answer(states[-1]), 1)
                    readouts.append((error.t() @ states[-1].flatten(1), error.sum(0)))
            changes = [[(a - b) / (2 * rule.beta * len(image)) for a, b in zip(*pair)] for pair in zip(*found)]
            if rule.softmax:
                changes.append([(a + b) / (2 * len(image)) for a, b in zip(*readouts)])
            for number, pair in enumerate(changes):
                for kind, (change, parameters) in enumerate(zip(pair, (self.weights, self.biases))):
                    decays = kind == 0 and rule.decay > 0
                    if decays and not rule.decoupled:
                        change = change - rule.decay * parameters[number]
                    velocity = self.velocity[kind][number].mul_(rule.momentum).add_(change)
                    moved = rule.momentum * velocity + change if rule.nesterov else velocity
                    if decays and rule.decoupled:
                        parameters[number].mul_(1 - rule.decay * factor)
                    parameters[number].add_(moved, alpha=rule.rates[number] * factor)
            self.updates += 1
            for mean, parameters in zip(self.mean, (self.weights, self.biases)):
                for a, b in zip(mean, parameters):
                    a.lerp_(b, 1 - keep)
            return answer.argmax(1)

        def wrong(self, images, labels):
            """Wrong answers of the mean of the parameters, in per cent."""
            kept = self.weights, self.biases
            if rule.average > 0:
                self.weights, self.biases = self.mean
            wrong = 0
            for first in range(0, len(images), 200):
                self.clamp(images[first:first + 200])
                answer = self.answer(self.settle(rule.free, rule.means[0])[-1]).argmax(1)
                wrong += (answer != labels[first:first + 200]).sum().item()
            self.weights, self.biases = kept
            return 100 * wrong / len(images)

    return Learner()


def augmented(images, rule, torch):
    """Mirrored at random, and shifted by up to so many pixels with zeros coming in."""
    if rule.flip:
        images = torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images.flip(3), images)
    if rule.crop:
        size, pad = images.shape[2:], rule.crop
        padded = torch.nn.functional.pad(images, (pad,) * 4)
        shifts = torch.randint(0, 2 * pad + 1, (len(images), 2)).tolist()
        images = torch.stack([padded[i, :, y:y + size[0], x:x + size[1]] for i, (y, x) in enumerate(shifts)])
    return images


def idx(folder, part, limit, torch):
    folder = pathlib.Path(folder)
    images = common.read_idx(folder / f"{part}-images-idx3-ubyte")[:limit]
    labels = common.read_idx(folder / f"{part}-labels-idx1-ubyte")[:limit]
    return torch.from_numpy(images.astype("float32") / 255)[:, None], torch.from_numpy(labels.astype("int64"))


def main():
    options = arguments()
    common.allocator("keep")
    import math
    import torch
    import yaml
    import networks
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(not options.keep_denormals)
    torch.set_grad_enabled(False)

    rule = Rule(yaml.safe_load(pathlib.Path(options.config).read_text()))
    rule.seed = rule.seed if options.seed is None else options.seed
    epochs = options.epochs or rule.epochs
    torch.manual_seed(rule.seed)
    images, labels = idx(options.data, "train", None, torch)
    if options.hold_out:
        tests = images[-options.hold_out:], labels[-options.hold_out:]
        images, labels = images[:-options.hold_out], labels[:-options.hold_out]
    else:
        tests = idx(options.data, "t10k", None, torch)
    images, labels = images[:options.train_limit], labels[:options.train_limit]
    tests = tests[0][:options.test_limit], tests[1][:options.test_limit]
    classes = rule.topology.layers[-1].shape[0]
    network = network_of(rule, torch, networks)

    batches = math.ceil(len(images) / rule.batch)
    processor = f"{platform.machine()} × {os.cpu_count()}; threads: {options.threads}; PyTorch {torch.__version__}"
    with open(options.csv, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["epoch", "seconds", "testErrorPercent", "trainErrorPercent", "processor"])
        start = time.perf_counter()
        for epoch in range(1, epochs + 1):
            wrong, order = 0, torch.randperm(len(images))
            for first in range(0, len(images), rule.batch):
                pick = order[first:first + rule.batch]
                update = network.updates
                factor = 0.5 * (1 + math.cos(math.pi * update / (batches * epochs))) if rule.cosine else 1.0
                if rule.warm_up:
                    factor *= min(1.0, (update + 1) / (rule.warm_up * batches))
                target = torch.nn.functional.one_hot(labels[pick], classes).float()
                predicted = network.learn_from(augmented(images[pick], rule, torch), target, factor, keep_of(rule, update))
                wrong += (predicted != labels[pick]).sum().item()
            error = network.wrong(*tests)
            rows.writerow([epoch, round(time.perf_counter() - start, 2), round(error, 4), round(100 * wrong / len(images), 4), processor])
            file.flush()
            print(f"epoch {epoch} of {epochs}: training error {100 * wrong / len(images):.2f} %, test error {error:.2f} %, "
                  f"after {time.perf_counter() - start:.0f} s", flush=True)


def keep_of(rule, update):
    """What the mean of the parameters keeps at an update: little at first, when it would remember the initial ones."""
    return min(rule.average, (update + 1) / (update + 10))


if __name__ == "__main__":
    main()
