"""What the PyTorch peers share: the network's description, its files, its data and their clock.

Imports numpy, never torch: the programs choose their allocator and read their memory base around torch's import.
"""
import ctypes
import json
import os
import pathlib
import struct

import numpy as np

MNIST = pathlib.Path.home() / ".local/share/equipoise/mnist"


class Layer:
    """One layer as spec.md par. 1 describes it: its state lives after pooling. Shapes are without the batch axis."""

    def __init__(self, description, input_shape):
        self.conv = "conv" in description
        if self.conv:
            self.kernel = description.get("kernel", 3)
            self.pad = description.get("pad", 0)
            self.stride = description.get("stride", 1)
            pool = description.get("pool", "none")
            if pool not in ("avg2", "none"):
                raise ValueError(f"pool {pool}: the PyTorch peers know avg2 and none")
            self.pool = 2 if pool == "avg2" else 1
            channels, height, width = input_shape
            self.before_pool = tuple((n + 2 * self.pad - self.kernel) // self.stride + 1 for n in (height, width))
            self.shape = (description["conv"],) + tuple(n // self.pool for n in self.before_pool)
            self.weight_shape = (description["conv"], channels, self.kernel, self.kernel)
        else:
            self.shape = (description["linear"],)
            self.weight_shape = (description["linear"], int(np.prod(input_shape)))


class Topology:
    def __init__(self, network):
        self.input_shape = tuple(network["input"])
        self.upsampling = network.get("upsampling", "exact")
        self.layers, shape = [], self.input_shape
        for description in network["layers"]:
            self.layers.append(Layer(description, shape))
            shape = self.layers[-1].shape

    @staticmethod
    def paper(hidden=512, upsampling=1.0):
        """The paper's 2C2FC for 28x28 images."""
        conv = [{"conv": c, "kernel": 3, "pool": "avg2"} for c in (128, 256)]
        return Topology({"input": [1, 28, 28], "upsampling": upsampling,
                         "layers": conv + [{"linear": hidden}, {"linear": 10}]})

    def alpha(self, layer):
        """The gain of the inverse pooling into `layer`'s convolution; 1/F^2 makes it the exact adjoint of the mean."""
        return 1.0 / layer.pool**2 if self.upsampling == "exact" or layer.pool == 1 else float(self.upsampling)

    def initial(self, seed):
        """U(+-1/sqrt(fan_in)) weights and biases, one (weight, bias) pair of numpy arrays a layer."""
        random = np.random.default_rng(seed)
        for layer in self.layers:
            bound = 1 / np.sqrt(np.prod(layer.weight_shape[1:]))
            yield (random.uniform(-bound, bound, layer.weight_shape).astype(np.float32),
                   random.uniform(-bound, bound, layer.weight_shape[0]).astype(np.float32))

    def load(self, path):
        tensors = read_safetensors(path)
        for number, layer in enumerate(self.layers):
            weight, bias = tensors[f"layers.{number}.weight"], tensors[f"layers.{number}.bias"]
            if weight.shape != layer.weight_shape:
                raise ValueError(f"{path}: layers.{number}.weight is {weight.shape}, not {layer.weight_shape}")
            yield weight, bias


class Neuron:
    """Sigma-Delta ("spiking") or rate neurons with the clip activation; constants rounded to float32 once, as the spec says."""

    def __init__(self, kind="spiking", epsilon=0.1, lam=0.6, threshold=0.5):
        self.spiking = kind in ("spiking", "sigma-delta")
        if not self.spiking and kind != "rate":
            raise ValueError(f"neuron {kind}: the PyTorch peers know spiking (sigma-delta) and rate")
        lam = np.float32(lam)
        self.epsilon, self.lam, self.threshold = float(np.float32(epsilon)), float(lam), float(np.float32(threshold))
        self.keep, self.inverse = float(np.float32(1) - lam), float(np.float32(1) / lam)


def read_safetensors(path):
    """Little-endian: length of the JSON header, the header, the bytes. float32 is what parameters are kept in."""
    blob = pathlib.Path(path).read_bytes()
    start = 8 + struct.unpack("<Q", blob[:8])[0]
    tensors = {}
    for name, entry in json.loads(blob[8:start]).items():
        if name == "__metadata__":
            continue
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected F32")
        first, last = entry["data_offsets"]
        tensors[name] = np.frombuffer(blob[start + first:start + last], "<f4").reshape(entry["shape"])
    return tensors


def read_idx(path):
    blob = pathlib.Path(path).read_bytes()
    zero, kind, rank = struct.unpack(">HBB", blob[:4])
    if zero or kind != 8:
        raise ValueError(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", blob[4:4 + 4 * rank])
    return np.frombuffer(blob, np.uint8, offset=4 + 4 * rank).reshape(shape)


def training_batches(folder, batch, seed):
    """Endless shuffled batches of the training set: images (B, 1, 28, 28) in [0, 1], one-hot targets (B, 10)."""
    if not (pathlib.Path(folder) / "train-images-idx3-ubyte").is_file():
        raise SystemExit(f"{folder} has no train-images-idx3-ubyte: `./equipoise data fetch mnist` brings MNIST's raw IDX files, --data names their folder")
    images = read_idx(pathlib.Path(folder) / "train-images-idx3-ubyte")
    labels = read_idx(pathlib.Path(folder) / "train-labels-idx1-ubyte")
    random = np.random.default_rng(seed)
    while True:
        order = random.permutation(len(images))
        for at in range(0, len(order) - batch + 1, batch):
            pick = order[at:at + batch]
            yield (images[pick].astype(np.float32) / 255)[:, None], np.eye(10, dtype=np.float32)[labels[pick]]


class Memory:
    """Peak resident bytes above what the process held when this was made (its imports, its data set)."""

    def __init__(self):
        try:
            pathlib.Path("/proc/self/clear_refs").write_text("5")  # VmHWM := VmRSS
        except OSError:
            pass
        self.base = self.read("VmRSS")

    @staticmethod
    def read(field):
        for line in pathlib.Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) * 1024
        return 0

    def peak_above_base(self):
        return self.read("VmHWM") - self.base


def allocator(policy):
    """How glibc treats blocks of the size of a layer's states. By default it gives them back to the kernel and fetches them
    again (page faults), and once it keeps them a long tape fragments it to twice its size. `keep`: never give back, the
    fastest; `compact`: always give back, the smallest; `default`: glibc's own adaptive way."""
    mallopt, trim_threshold, mmap_threshold = getattr(ctypes.CDLL(None), "mallopt", None), -1, -3
    if mallopt and policy == "keep":
        mallopt(mmap_threshold, 1 << 30)
        mallopt(trim_threshold, (1 << 31) - 1)
    elif mallopt and policy == "compact":
        mallopt(mmap_threshold, 1 << 16)


def add_common_options(parser, default_allocator):
    add = parser.add_argument
    add("--data", default=MNIST, metavar="DIR", help="folder of MNIST's raw IDX files (default %(default)s)")
    add("--neuron", choices=("spiking", "rate"), default="spiking")
    add("--hidden", type=int, default=512, metavar="H", help="neurons of the hidden linear layer (default %(default)s)")
    add("--model", metavar="F", help="safetensors with the initial parameters; without it U(+-1/sqrt(fan_in))")
    add("--alpha", default="1.0", help="gain of the inverse pooling: a number or `exact` (default %(default)s)")
    add("--epsilon", type=float, default=0.1)
    add("--lambda", dest="lam", type=float, default=0.6)
    add("--threads", type=int, default=2)
    add("--seed", type=int, default=0)
    add("--allocator", choices=("keep", "compact", "default"), default=default_allocator,
        help="what malloc does with freed blocks: `keep` is fastest, `compact` smallest (default %(default)s)")
    add("--json", action="store_true", help="one JSON object on stdout")


def topology_of(options):
    topology = Topology.paper(options.hidden, options.alpha if options.alpha == "exact" else float(options.alpha))
    parameters = topology.load(options.model) if options.model else topology.initial(options.seed)
    return topology, list(parameters)
