# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Parameters and operations as the papers count them.

BBCU's convention: an operation is one multiply-accumulate (MAC) of a convolution, a binary one counts 1/64;
a parameter is one weight of a convolution, a binary one counts 1/32; biases, normalizations and activations
do not count. GAM counts two operations per MAC, full-precision and binary ones apart, and all that is stored.
"""

from dataclasses import dataclass
from fractions import Fraction

from torch import nn

from brevitas_models.layers import Layer, binary_weights, trace
from brevitas_models.networks import NetworkConfig, RestorationNetwork, build
from brevitas_models.units import Freezing

MACS_PER_OPERATION = 64  # binary ones
WEIGHTS_PER_PARAMETER = 32  # binary ones
PROBE = 4  # side of the frame from which sizes are scaled up; a multiple of every network's stride
FLOAT_BYTES, BITS_PER_BYTE = 4, 8


@dataclass(frozen=True)
class Complexity:
    """What a network costs for one frame.

    Attributes:
        full_macs, binary_macs: multiply-accumulates of the convolutions.
        full_weights, binary_weights: weights of the convolutions; shared ones once.
        others: other trained numbers: biases, normalizations, shifts and slopes.
        statistics: running means and variances.
    """

    full_macs: int
    binary_macs: int
    full_weights: int
    binary_weights: int
    others: int
    statistics: int

    @property
    def operations(self) -> float:
        """BBCU's OPs."""
        return self.full_macs + self.binary_macs / MACS_PER_OPERATION

    @property
    def parameters(self) -> float:
        """BBCU's Params."""
        return self.full_weights + self.binary_weights / WEIGHTS_PER_PARAMETER

    @property
    def flops(self) -> int:
        """GAM's FLOPs, of the convolutions."""
        return 2 * self.full_macs

    @property
    def bops(self) -> int:
        """GAM's BOPs, of the convolutions."""
        return 2 * self.binary_macs

    @property
    def trained(self) -> int:
        """All trained numbers, binary ones counted whole."""
        return self.full_weights + self.binary_weights + self.others

    @property
    def stored_bytes(self) -> float:
        """Bytes of all trained numbers: a bit per binary weight, four bytes for any other."""
        return FLOAT_BYTES * (self.full_weights + self.others) + self.binary_weights / BITS_PER_BYTE


def count(network: NetworkConfig | RestorationNetwork, height: int, width: int) -> Complexity:
    """Return the complexity of a network, or of what a configuration makes, for one input frame.

    Args:
        network: the network or its configuration.
        height, width: of the input in pixels; 180 and 320 in BBCU's tables.

    Raises:
        ValueError: the network cannot divide the frame evenly.
    """
    module = build(network) if isinstance(network, NetworkConfig) else network
    layers = trace(module, PROBE, PROBE)
    full = sum(_macs(layer, height, width) for layer in layers if not layer.binary)
    binary = sum(_macs(layer, height, width) for layer in layers if layer.binary)
    every_weight = sum(conv.weight.numel() for conv in module.modules() if isinstance(conv, nn.Conv2d))
    bits = sum(weight.numel() for weight in binary_weights(module))
    numbers = sum(parameter.numel() for parameter in module.parameters())
    return Complexity(full, binary, every_weight - bits, bits, numbers - every_weight, _statistics(module))


def _macs(layer: Layer, height: int, width: int) -> int:
    weights = int(layer.module.weight.numel())
    if layer.size == (1, 1):  # behind a pooling of the whole frame
        return weights
    rows, columns = (
        Fraction(side * size, PROBE) for side, size in zip((height, width), layer.size, strict=True)
    )
    if rows.denominator != 1 or columns.denominator != 1:
        raise ValueError(f"{layer.name}: a frame of {height}x{width} does not divide evenly; use even sizes")
    return weights * rows.numerator * columns.numerator


def _statistics(network: nn.Module) -> int:
    norms = (module for module in network.modules() if isinstance(module, Freezing))
    return sum(2 * module.num_features for module in norms if isinstance(module, nn.BatchNorm2d))
