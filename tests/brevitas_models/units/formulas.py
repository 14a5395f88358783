# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The units' arithmetic once more, in NumPy and independent of PyTorch: what their tests compare with."""

import numpy as np
import torch

from brevitas_models.units import Arithmetic, FrozenBatchNorm

STEP, BITS = 1 / 32, 11
ARITHMETIC = Arithmetic(BITS, STEP)
LOW, HIGH = -(2 ** (BITS - 1)) * STEP, (2 ** (BITS - 1) - 1) * STEP


def trunk_quantizer():
    return ARITHMETIC.trunk()


def trunk(values):
    return np.clip(np.rint(values / np.float32(STEP)) * np.float32(STEP), LOW, HIGH).astype(np.float32)


def trunk_sample(channels, height, width):
    """Multiples of the step over the whole trunk range, some right at a threshold of zero."""
    integers = torch.randint(-(2 ** (BITS - 1)), 2 ** (BITS - 1), (2, channels, height, width))
    integers[:, :, ::3] = 0
    return integers * STEP


def binary_sums(bits, weight):
    """Integer sums of a 3x3 convolution of +-1 whose taps outside the image contribute 0."""
    count, channels, height, width = bits.shape
    padded = np.zeros((count, channels, height + 2, width + 2), np.int64)
    padded[:, :, 1:-1, 1:-1] = bits
    sums = np.zeros((count, weight.shape[0], height, width), np.int64)
    for row in range(3):
        for column in range(3):
            window = padded[:, :, row : row + height, column : column + width]
            sums += np.einsum("nchw,oc->nohw", window, weight[:, :, row, column])
    return sums


def signs(values):
    return np.where(values >= 0, 1, -1)


def column(parameter):
    """Return a vector per channel as (1, C, 1, 1)."""
    return parameter.detach().numpy().reshape(1, -1, 1, 1)


def normalized(norm: FrozenBatchNorm, values):
    """Batch normalization in evaluation, in float32 as deployed."""
    scale = column(norm.weight) / np.sqrt(column(norm.running_var) + np.float32(norm.eps))
    shift = column(norm.bias) - column(norm.running_mean) * scale
    return values * scale + shift


def leaky(values, slope):
    return np.where(values > 0, values, np.float32(slope) * values)
