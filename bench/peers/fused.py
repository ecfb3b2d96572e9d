"""The neuron update of a layer in one pass over memory, in place: by torch.compile, or by g++ where PyTorch has none.

All arrays are rows of channels (rows, C): channels-last maps and linear layers look the same here.
"""
import ctypes
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import torch


def update(neuron, forward, backward, bias, v, s, phi, q, target=None, beta=0.0):
    """spec.md par. 2, tensor by tensor; what torch.compile is given, and what the ten outputs use as it is."""
    current = forward.float() if backward is None else forward.float() + backward.float()
    if neuron.spiking:
        current = neuron.keep * v + neuron.lam * current
        v.copy_(current)
    drive = current + bias
    if target is not None:
        drive = drive + beta * (target - s)
    now = torch.clamp(s + neuron.epsilon * (drive - s), 0.0, 1.0)
    if neuron.spiking:
        p = phi + (now - neuron.keep * s) * neuron.inverse
        spike = (p > neuron.threshold).to(torch.float32)
        phi.copy_(p - spike)
        q.copy_(spike)
        s.copy_(now)
    else:
        s.copy_(now)
        if q is not s:
            q.copy_(now)


def choose(how, neuron, dtype):
    """The fused update and its name. `auto` takes g++'s kernel where there is a compiler: it was measured several
    times faster than what torch.compile 2.6 makes of `update` (2 ms against 10 for 125 images on one core), never slower."""
    if how in ("auto", "cpp"):
        library = compiled_library()
        if library is not None:
            return CppUpdate(library, neuron, dtype), "cpp"
        if how == "cpp":
            raise SystemExit("--fuse cpp: no g++ found")
    if how == "compile" and not hasattr(torch, "compile"):
        raise SystemExit(f"--fuse compile: PyTorch {torch.__version__} has no torch.compile")
    if how != "none" and hasattr(torch, "compile"):
        torch._dynamo.config.cache_size_limit = 64  # one graph per layer shape
        return torch.compile(lambda *tensors: update(neuron, *tensors), dynamic=False), "compile"
    return (lambda *tensors: update(neuron, *tensors)), "none"


class CppUpdate:
    """neurons.cpp called through ctypes on the tensors' memory."""

    def __init__(self, library, neuron, dtype):
        name = {torch.float32: "float32", torch.bfloat16: "bfloat16"}[dtype]
        self.spiking = neuron.spiking
        constants = (neuron.epsilon, neuron.lam, neuron.keep, neuron.inverse, neuron.threshold)
        self.constants = [ctypes.c_float(value) for value in (constants if neuron.spiking else constants[:1])]
        self.call = getattr(library, ("spiking_" if neuron.spiking else "rate_") + name)
        self.call.restype = None

    def __call__(self, forward, backward, bias, v, s, phi, q):
        tensors = [forward, backward, bias] + ([v, s, phi, q] if self.spiking else [s, q])
        assert all(t is None or t.is_contiguous() for t in tensors) and (backward is None or backward.shape == forward.shape)
        pointers = [ctypes.c_void_p(None if t is None else t.data_ptr()) for t in tensors]
        self.call(ctypes.c_long(s.shape[0]), ctypes.c_long(s.shape[1]), *pointers, *self.constants)


def compiled_library(source=pathlib.Path(__file__).with_name("neurons.cpp")):
    """neurons.cpp built for this processor and kept in the temporary folder; None where there is no compiler."""
    compiler = shutil.which("g++") or shutil.which("c++")
    if not compiler:
        return None
    flags = ["-O3", "-march=" + os.environ.get("EQUIPOISE_PEERS_MARCH", "native"),
             "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fopenmp", "-shared", "-fPIC"]
    cpu = {line for line in open("/proc/cpuinfo") if line.startswith("flags")}
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    key = hashlib.sha256("".join([source.read_text(), version, *flags, *sorted(cpu)]).encode()).hexdigest()[:16]
    library = pathlib.Path(tempfile.gettempdir()) / f"equipoise-peers-{os.getuid()}" / f"neurons-{key}.so"
    if not library.exists():
        library.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = library.with_suffix(f".{os.getpid()}")
        subprocess.run([compiler, *flags, "-o", str(unfinished), str(source)], check=True)
        unfinished.rename(library)
    return ctypes.CDLL(str(library))
