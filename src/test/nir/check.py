"""Reads NIR files by the rules of the reference reader, the Python package nir, and says what is wrong with them.

    python3 check.py FILE ...

Needs h5py and NumPy. The rules: every node is built from the datasets of its group by name, so that an unknown or missing one is an
error; metadata is a group; parameters of neurons have one shape; types follow from the input along the edges and must agree.
"""

import sys

import h5py
import numpy

FIELDS = {
    "Input": {"shape"},
    "Output": {"shape"},
    "Conv2d": {"input_shape", "weight", "stride", "padding", "dilation", "groups", "bias"},
    "AvgPool2d": {"kernel_size", "stride", "padding"},
    "SumPool2d": {"kernel_size", "stride", "padding"},
    "Flatten": {"start_dim", "end_dim", "input_type"},
    "Affine": {"weight", "bias"},
    "IF": {"r", "v_threshold", "v_reset"},
}


def dictionary(group):
    """What the reader makes of a group: strings are decoded, all else stays an array or a NumPy scalar."""
    read = {}
    for key, item in group.items():
        if isinstance(item, h5py.Group):
            read[key] = dictionary(item)
        else:
            value = item[()]
            read[key] = value.decode("utf8") if isinstance(value, bytes) else value
    return read


def windows(size, padding, dilation, kernel, stride):
    return [
        int(numpy.floor((size[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) / stride[i] + 1)) for i in range(2)
    ]


def types(name, node):
    """The types of input and output that a node has by itself; None where they follow from the node before."""
    kind = node["type"]
    assert kind in FIELDS, f"{name} has the unknown type {kind}"
    fields = set(node) - {"type", "metadata"}
    assert fields == FIELDS[kind], f"{name}, {kind}, has {sorted(fields)} and not {sorted(FIELDS[kind])}"
    if kind in ("Input", "Output"):
        return list(node["shape"]), list(node["shape"])
    if kind == "Conv2d":
        weight = node["weight"]
        assert weight.ndim == 4 and node["bias"].shape == weight.shape[:1], f"{name}: weight and bias"
        out = windows(node["input_shape"], node["padding"], node["dilation"], [weight.shape[2]] * 2, node["stride"])
        return [weight.shape[1], *node["input_shape"]], [weight.shape[0], *out]
    if kind == "Affine":
        assert node["bias"].shape == node["weight"].shape[:1], f"{name}: weight and bias"
        return [node["weight"].shape[1]], [node["weight"].shape[0]]
    if kind == "IF":
        assert node["r"].shape == node["v_threshold"].shape == node["v_reset"].shape, f"{name}: parameters of one shape"
        return list(node["r"].shape), list(node["r"].shape)
    if kind == "Flatten":
        assert node["start_dim"] == 0 and node["end_dim"] == -1, f"{name}: all dimensions"
        return list(node["input_type"]), [int(numpy.prod(node["input_type"]))]
    return None, None


def check(file):
    with h5py.File(file, "r") as hdf:
        assert isinstance(hdf["version"][()], bytes), "version is no string"
        graph = dictionary(hdf["node"])
    assert graph["type"] == "NIRGraph" and set(graph) <= {"type", "nodes", "edges", "metadata"}, "the graph itself"
    edges = [(a.decode("utf8"), b.decode("utf8")) for a, b in graph["edges"]]
    known = {name: types(name, node) for name, node in graph["nodes"].items()}
    follow = dict(edges)
    assert len(follow) == len(edges) == len(known) - 1, "the graph is no chain"
    (at,) = set(known) - set(follow.values())
    shape = known[at][1]
    chain = [f"{graph['nodes'][at]['type']} {shape}"]
    while at in follow:
        at = follow[at]
        node, (taken, given) = graph["nodes"][at], known[at]
        if taken is None:
            given = [shape[0], *windows(shape[1:], node["padding"], [1, 1], node["kernel_size"], node["stride"])]
        else:
            assert list(map(int, taken)) == list(map(int, shape)), f"{at} takes {taken} and is given {shape}"
        shape = [int(size) for size in given]
        chain.append(f"{node['type']} {shape}")
        for name, value in node.items():
            if isinstance(value, numpy.ndarray) and value.dtype.kind == "f":
                assert value.dtype == numpy.float32 and numpy.isfinite(value).all(), f"{at}.{name}"
    assert node["type"] == "Output", "the chain does not end in an Output"
    print(file, " -> ".join(chain))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        check(argument)
