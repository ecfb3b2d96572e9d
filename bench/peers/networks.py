"""The same network twice: `Reference`, as the equations are usually written in PyTorch, and `Tuned`, as fast as we can make it.

Both keep the master parameters in the files' layout, the states s, v, phi, q of layers 0 (the clamped image) to L, and
offer what Equilibrium Propagation needs: clamp, step, snapshot, restore, products, learn.
"""
import torch
import torch.nn.functional as F

import fused


class Network:
    def __init__(self, topology, parameters, neuron):
        self.topology, self.layers, self.neuron = topology, topology.layers, neuron
        self.weights = [torch.from_numpy(w.copy()) for w, _ in parameters]
        self.biases = [torch.from_numpy(b.copy()) for _, b in parameters]

    def encode_image(self):
        """Sigma-Delta encoding of the clamped image; `previous` is 0 at the first step and the image after it."""
        if self.neuron.spiking:
            p = self.phi[0] + (self.s[0] - self.neuron.keep * self.previous) * self.neuron.inverse
            spikes = (p > self.neuron.threshold).to(p.dtype)
            self.phi[0], self.previous = p - spikes, self.s[0]
            self.q[0] = self.as_input(spikes)

    def firing_rates(self):
        return [q.float().mean().item() for q in self.q]

    def products(self):
        """Per layer: sum over the images of s^l (x) s^(l-1) through the exact adjoint of the pooling, and of s^l over space."""
        result = []
        for number, layer in enumerate(self.layers):
            s, below = self.s[number + 1], self.s[number]
            if layer.conv:
                result.append((self.conv_product(layer, s, below), s.sum((0, 2, 3))))
            else:
                result.append((s.t() @ below.flatten(1), s.sum(0)))
        return result

    def learn(self, plus, minus, factor, rates):
        """w += eta (plus - minus) / (2 beta B): descent on the loss."""
        for number, rate in enumerate(rates):
            self.weights[number].add_(plus[number][0] - minus[number][0], alpha=rate * factor)
            self.biases[number].add_(plus[number][1] - minus[number][1], alpha=rate * factor)
        self.prepare()


class Reference(Network):
    """conv2d, avg_pool2d, interpolate, conv_transpose2d and out-of-place arithmetic, float32, NCHW."""

    name, fusion = "reference", "none"

    def prepare(self):
        pass

    def as_input(self, spikes):
        return spikes

    def clamp(self, image):
        shapes = [self.topology.input_shape] + [layer.shape for layer in self.layers]
        zeros = lambda: [torch.zeros((len(image),) + shape) for shape in shapes]
        self.s, self.v, self.phi, self.q = zeros(), zeros(), zeros(), zeros()
        self.s[0], self.previous = image, torch.zeros_like(image)
        if not self.neuron.spiking:
            self.q = self.s

    def forward(self, number):
        layer, weight, q = self.layers[number], self.weights[number], self.q[number]
        if not layer.conv:
            return F.linear(q.flatten(1), weight)
        u = F.conv2d(q, weight, stride=layer.stride, padding=layer.pad)
        return F.avg_pool2d(u, 2) if layer.pool == 2 else u

    def backward(self, number):
        """The current that layer `number` (from 0) sends to the one below it."""
        layer, weight, q = self.layers[number], self.weights[number], self.q[number + 1]
        below = self.s[number].shape
        if not layer.conv:
            return F.linear(q, weight.t()).view(below)
        return F.conv_transpose2d(self.unpool(layer, q) * self.topology.alpha(layer), weight, **transpose_of(layer, below, 1))

    @staticmethod
    def unpool(layer, q):
        if layer.pool == 1:
            return q
        up = F.interpolate(q, scale_factor=2, mode="nearest")
        height, width = layer.before_pool
        return F.pad(up, (0, width - up.shape[3], 0, height - up.shape[2]))

    def step(self, target=None, beta=0.0):
        self.encode_image()
        last = len(self.layers) - 1
        currents = [self.forward(n) + self.backward(n + 1) if n < last else self.forward(n) for n in range(last + 1)]
        neuron = self.neuron
        for number, u in enumerate(currents):
            at = number + 1
            bias = self.biases[number].view(-1, 1, 1) if self.layers[number].conv else self.biases[number]
            if neuron.spiking:
                self.v[at] = u = neuron.keep * self.v[at] + neuron.lam * u
            drive = u + bias
            if number == last and target is not None:
                drive = drive + beta * (target - self.s[at])
            s = torch.clamp(self.s[at] + neuron.epsilon * (drive - self.s[at]), 0, 1)
            if neuron.spiking:
                p = self.phi[at] + (s - neuron.keep * self.s[at]) * neuron.inverse
                self.q[at] = (p > neuron.threshold).float()
                self.phi[at] = p - self.q[at]
            self.s[at] = s

    def snapshot(self):
        return [list(self.s), list(self.v), list(self.phi), list(self.q), self.previous]

    def restore(self, snapshot):
        self.s, self.v, self.phi, self.q = (list(tensors) for tensors in snapshot[:4])
        self.previous = snapshot[4]
        if not self.neuron.spiking:
            self.q = self.s

    def conv_product(self, layer, s, below):
        up = self.unpool(layer, s) / layer.pool**2
        return torch.nn.grad.conv2d_weight(below, layer.weight_shape, up, stride=layer.stride, padding=layer.pad)


class Tuned(Network):
    """Mean pooling folded into its convolution (kernel k+1, stride 2), channels-last, states updated in place by one fused
    pass, linear weights permuted once per batch so that a channels-last map is flattened for free."""

    name = "tuned"

    def __init__(self, topology, parameters, neuron, dtype=torch.float32, fuse="auto"):
        super().__init__(topology, parameters, neuron)
        if any(layer.conv and layer.pool == 2 and layer.stride != 1 for layer in self.layers):
            raise ValueError("tuned: pooling folds into convolutions of stride 1 only")
        self.dtype = dtype
        self.update, self.fusion = fused.choose(fuse, neuron, dtype)
        self.prepare()

    def prepare(self):
        """The working copies of the weights: folded, scaled by the gain of the inverse pooling, in the order of the states."""
        self.up, self.down = [], []
        for number, layer in enumerate(self.layers):
            weight, below = self.weights[number], ((self.topology.input_shape,) + tuple(l.shape for l in self.layers))[number]
            if layer.conv:
                if layer.pool == 2:
                    weight = F.avg_pool2d(F.pad(weight, (1, 1, 1, 1)), 2, 1)  # box * w / 4
                self.up.append(channels_last(weight.to(self.dtype)))
                gain = self.topology.alpha(layer) * layer.pool**2
                self.down.append(channels_last((gain * weight).to(self.dtype)))
            else:
                if len(below) == 3:
                    weight = weight.view(-1, *below).permute(0, 2, 3, 1).reshape(weight.shape)
                self.up.append(weight.to(self.dtype).contiguous())
                self.down.append(self.up[-1])

    def as_input(self, spikes):
        return channels_last(spikes.to(self.dtype))

    def clamp(self, image):
        batch = len(image)
        zeros = lambda dtype, layers: [channels_last_zeros((batch,) + l.shape, dtype) for l in layers]
        self.s = [image] + zeros(torch.float32, self.layers)
        spiking = self.neuron.spiking
        self.v, self.phi = ([torch.zeros_like(image)] + zeros(torch.float32, self.layers if spiking else []) for _ in range(2))
        self.previous = torch.zeros_like(image)
        if spiking or self.dtype != torch.float32:
            self.q = [self.as_input(image)] + zeros(self.dtype, self.layers)
        else:
            self.q = self.s
        # the arrays of each layer as rows of channels
        self.rows = [[rows(kind[n + 1]) if len(kind) > n + 1 else None for kind in (self.v, self.s, self.phi, self.q)]
                     for n in range(len(self.layers))]
        self.partial = self.rows_without_current()

    def forward(self, number):
        layer, q = self.layers[number], self.q[number]
        if layer.conv:
            return rows(F.conv2d(q, self.up[number], stride=layer.pool * layer.stride, padding=layer.pad))
        return torch.mm(flat(q), self.up[number].t())

    def backward(self, number):
        layer, q, below = self.layers[number], self.q[number + 1], self.q[number]
        if not layer.conv:
            u = torch.mm(q, self.down[number])
            return u.view(-1, below.shape[1]) if below.dim() == 4 else u
        if number not in self.partial:
            return rows(self.transpose(number, below))
        whole, part = self.partial[number]
        part.copy_(self.transpose(number, part))
        return rows(whole)

    def transpose(self, number, below):
        layer, q, weight = self.layers[number], self.q[number + 1], self.down[number]
        arguments = transpose_of(layer, below.shape, layer.pool)
        if not OLD:
            return F.conv_transpose2d(q, weight, **arguments)
        # before 2.0 conv_transpose2d does not use oneDNN in float32 and fails in bfloat16; the same as a gradient does
        stride, pad = [arguments["stride"]] * 2, [arguments["padding"]] * 2
        below = channels_last_zeros(below.shape, q.dtype) if not below.is_contiguous(memory_format=torch.channels_last) else below
        return torch.ops.aten.convolution_backward(q, below, weight, None, stride, pad, [1, 1], False, [0, 0], 1, [True, False, False])[0]

    def rows_without_current(self):
        """Where pooling drops a row or column (11 -> 5), the map below has rows that get no current back. oneDNN is a third
        faster without them (output_padding), so that transpose is written into the part that does, of a map kept zero."""
        partial = {}
        for number, layer in enumerate(self.layers[1:], 1):
            if layer.conv and layer.pad == 0:
                below = self.q[number]
                missing = transpose_of(layer, below.shape, layer.pool)["output_padding"]
                if any(missing):
                    whole = channels_last_zeros(below.shape, below.dtype)
                    partial[number] = whole, whole[:, :, :below.shape[2] - missing[0], :below.shape[3] - missing[1]]
        return partial

    def step(self, target=None, beta=0.0):
        self.encode_image()
        last = len(self.layers) - 1
        current = self.forward(0)
        for number in range(last):
            above = self.forward(number + 1)  # from this layer's spikes of the step before
            self.update(current, self.backward(number + 1), self.biases[number], *self.rows[number])
            current = above
        fused.update(self.neuron, current, None, self.biases[last], *self.rows[last], target, beta)

    def tensors(self):
        return self.s[1:] + self.v[1:] + self.phi[1:] + (self.q[1:] if self.q is not self.s else [])

    def snapshot(self):
        return [tensor.clone() for tensor in self.tensors()], (self.phi[0], self.q[0], self.previous)

    def restore(self, snapshot):
        for tensor, saved in zip(self.tensors(), snapshot[0]):
            tensor.copy_(saved)
        self.phi[0], self.q[0], self.previous = snapshot[1]

    def conv_product(self, layer, s, below):
        shape = layer.weight_shape[:2] + ((layer.kernel + 1,) * 2 if layer.pool == 2 else (layer.kernel,) * 2)
        folded = torch.nn.grad.conv2d_weight(below, shape, s, stride=layer.pool * layer.stride, padding=layer.pad)
        return F.avg_pool2d(folded, 2, 1) if layer.pool == 2 else folded


OLD = int(torch.__version__.split(".")[0]) < 2


def transpose_of(layer, below, pool):
    """Arguments of the transposed convolution (folded with its pooling where pool = 2) that gives back the map below."""
    stride, kernel = layer.stride * pool, layer.kernel + pool - 1
    height, width = (n // pool for n in layer.before_pool)
    missing = tuple(size - ((n - 1) * stride - 2 * layer.pad + kernel) for size, n in zip(below[2:], (height, width)))
    return {"stride": stride, "padding": layer.pad, "output_padding": missing}


def channels_last(tensor):
    """A copy whose strides say channels-last even where one channel leaves them open; PyTorch picks its layout by them."""
    return torch.empty(tensor.shape, dtype=tensor.dtype, memory_format=torch.channels_last).copy_(tensor)


def channels_last_zeros(shape, dtype):
    format = torch.channels_last if len(shape) == 4 else torch.contiguous_format
    return torch.empty(shape, dtype=dtype, memory_format=format).zero_()


def rows(tensor):
    """(B, C, H, W) channels-last -> (B*H*W, C) and (B, C) -> itself, without a copy where the layout is right."""
    return tensor.permute(0, 2, 3, 1).reshape(-1, tensor.shape[1]) if tensor.dim() == 4 else tensor


def flat(tensor):
    """(B, H*W*C): the order that Tuned.prepare gives the linear weights."""
    return tensor.permute(0, 2, 3, 1).reshape(len(tensor), -1) if tensor.dim() == 4 else tensor
