# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""MATLAB's bicubic imresize, on 8-bit images in every bit: it made the published super-resolution data."""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Sample = TypeVar("Sample", np.uint8, np.float64)

SUPPORT = 4.0  # the cubic kernel is non-zero on (-2, 2)


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keys' cubic convolution kernel with a = -0.5."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _taps(length: int, scale: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return input indices and weights, both (output length, taps), for one axis of the given length."""
    stretch = min(scale, 1.0)  # antialiasing: the kernel widens when the image shrinks
    width = SUPPORT / stretch
    centre = np.arange(1, math.ceil(length * scale) + 1) / scale + 0.5 * (1 - 1 / scale)
    first = np.floor(centre - width / 2)
    positions = first[:, None] + np.arange(math.ceil(width) + 2)
    weights = stretch * _cubic(stretch * (centre[:, None] - positions))
    weights /= weights.sum(axis=1, keepdims=True)
    mirrored = np.concatenate([np.arange(length), np.arange(length)[::-1]])
    return mirrored[np.mod(positions.astype(int) - 1, 2 * length)], weights


def imresize(image: NDArray[Sample], scale: float) -> NDArray[Sample]:
    """Resize an image as MATLAB's `imresize(image, scale)` does (bicubic, antialiased, symmetric border).

    Rows come first, then columns. Of an 8-bit image each result is rounded half up to 8 bits; without the
    first rounding, samples differ. Of a float64 image nothing is rounded or clipped.

    Args:
        image: uint8 or float64 (height, width) or (height, width, channels).
        scale: factor above 0; an output axis has ceil(length * scale) samples.

    Raises:
        TypeError: image is neither uint8 nor float64.
        ValueError: image has no two or three axes, or scale is not positive.
    """
    if image.dtype not in (np.uint8, np.float64):
        raise TypeError(f"imresize needs an 8-bit or float64 image, got {image.dtype}; convert it first")
    if image.ndim not in (2, 3) or scale <= 0:
        raise ValueError(f"imresize needs (H, W) or (H, W, C) and scale > 0, got {image.shape} and {scale}")
    values = image.astype(np.float64)
    for axis in (0, 1):
        indices, weights = _taps(values.shape[axis], scale)
        gathered = np.moveaxis(values, axis, 0)[indices]
        resampled = np.einsum("ot,ot...->o...", weights, gathered)
        if image.dtype == np.uint8:
            resampled = np.clip(np.floor(resampled + 0.5), 0, 255)
        values = np.moveaxis(resampled, 0, axis)
    return values.astype(image.dtype)
