# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The bit-level contract of every hardware operator, in pure NumPy.

The graph operators (`bbcu_fpga.custom_op`), the RTL and its benches, and the C++ are all compared with these
functions, with integer equality. The rules, fixed here once:

* bit 1 is +1, bit 0 is -1, and sign(0) = +1;
* lane (channel) 0 sits in the least significant bits of a stream word;
* a threshold test is ``value >= threshold``;
* rounding is half to even, saturation clips to the ends of the range;
* a window tap outside the image contributes exactly 0.

Images are NHWC and integers are int64 unless a docstring says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
ByteArray = NDArray[np.uint8]

# each type with the integer up to which it holds every integer, the fastest first
_EXACT_PRODUCTS: tuple[tuple[Any, int], ...] = ((np.float32, 2**24), (np.float64, 2**53))


def round_half_even_shift(value: ArrayLike, shift: int) -> IntArray:
    """Return ``value / 2**shift`` rounded half to even; `value` is integer, `shift` >= 0."""
    number = np.asarray(value, dtype=np.int64)
    if shift == 0:
        return number
    half = np.int64(1) << (shift - 1)
    rounded = (number + half) >> shift
    tie = ((number + half) & ((np.int64(1) << shift) - 1)) == 0
    even: IntArray = rounded - (tie & (rounded & 1).astype(bool))
    return even


def saturate(value: ArrayLike, low: int, high: int) -> IntArray:
    """Clip integers to ``[low, high]``."""
    return np.clip(np.asarray(value, dtype=np.int64), low, high)


@dataclass(frozen=True)
class PiecewiseLinear:
    """A per-channel integer function with one breakpoint, as the epilogue evaluates it.

    ``f_c(x) = saturate(round_half_even((slope * x + offset) / 2**shift), low, high)`` where slope and offset
    are ``slope_above[c], offset_above[c]`` if ``x >= breakpoint[c]`` and ``slope_below[c], offset_below[c]``
    otherwise. The five arrays are int64 of shape [C]; `shift`, `low` and `high` are shared by all channels.
    """

    breakpoint: IntArray
    slope_above: IntArray
    offset_above: IntArray
    slope_below: IntArray
    offset_below: IntArray
    shift: int
    low: int
    high: int

    FIELDS = ("breakpoint", "slope_above", "offset_above", "slope_below", "offset_below")

    @property
    def channels(self) -> int:
        """Number of channels C."""
        return int(self.breakpoint.size)

    def __call__(self, x: ArrayLike) -> IntArray:
        """Evaluate on int64 `x` of shape [..., C]."""
        value = np.asarray(x, dtype=np.int64)
        above = value >= self.breakpoint
        slope = np.where(above, self.slope_above, self.slope_below)
        offset = np.where(above, self.offset_above, self.offset_below)
        return saturate(round_half_even_shift(slope * value + offset, self.shift), self.low, self.high)

    def select(self, channels: ArrayLike) -> PiecewiseLinear:
        """Return the function of the channels listed by index (reordered or repeated)."""
        index = np.asarray(channels, dtype=np.int64)
        return replace(self, **{name: getattr(self, name)[index] for name in self.FIELDS})

    @classmethod
    def saturation(cls, channels: int, low: int, high: int) -> PiecewiseLinear:
        """Return the function that only saturates."""
        zeros, ones = np.zeros(channels, np.int64), np.ones(channels, np.int64)
        return cls(zeros, ones, zeros, ones, zeros, 0, low, high)


def sign(value: ArrayLike) -> IntArray:
    """Return +1 where ``value >= 0`` and -1 elsewhere."""
    return np.where(np.asarray(value) >= 0, 1, -1).astype(np.int64)


def compare_thresholds(value: ArrayLike, threshold: ArrayLike) -> IntArray:
    """Return +1 where ``value >= threshold`` (shape [..., C] against [C]) and -1 elsewhere."""
    return np.where(np.asarray(value, np.int64) >= np.asarray(threshold, np.int64), 1, -1).astype(np.int64)


def extract_windows(image: ArrayLike, kernel: int) -> IntArray:
    """Return the kernel x kernel neighbourhoods of `image`, zero outside, stride 1, same size.

    [N, H, W, C] -> [N, H, W, kernel*kernel*C] with columns ordered (row of the tap, column of the tap,
    channel).
    """
    pixels = np.asarray(image, dtype=np.int64)
    _, height, width, _ = pixels.shape
    pad = kernel // 2
    padded = np.pad(pixels, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    taps = [padded[:, y : y + height, x : x + width, :] for y in range(kernel) for x in range(kernel)]
    return np.concatenate(taps, axis=-1)


def matrix_vector(windows: ArrayLike, weights: ArrayLike) -> IntArray:
    """Return the accumulators ``windows @ weights.T``, exactly.

    `windows` is [..., K] (for a binary layer in {-1, 0, +1}, 0 marking a tap outside the image), `weights` is
    [M, K]; the result is [..., M]. For bits this is ``2 * popcount(xnor(a, w)) - valid`` over the valid
    elements only.
    """
    left, right = np.asarray(windows), np.asarray(weights)
    # a product of floats is exact where all its sums are, and far faster than one of integers
    largest = left.shape[-1] * _magnitude(left) * _magnitude(right)
    kind = next((kind for kind, limit in _EXACT_PRODUCTS if largest <= limit), np.int64)
    product: IntArray = (left.astype(kind) @ right.astype(kind).T).astype(np.int64)
    return product


def _magnitude(values: NDArray[Any]) -> int:
    return max(abs(int(values.min())), abs(int(values.max()))) if values.size else 0


def depthwise(windows: ArrayLike, weights: ArrayLike) -> IntArray:
    """Return the accumulators of a depthwise convolution: [..., K*C] and [C, K] -> [..., C].

    Windows are ordered (tap, channel); each channel sums its own taps. For bits, 0 marks a tap outside.
    """
    kernel = np.asarray(weights, dtype=np.int64)
    taps = np.asarray(windows, dtype=np.int64)
    sums: IntArray = (taps.reshape(*taps.shape[:-1], kernel.shape[1], -1) * kernel.T).sum(axis=-2)
    return sums


def epilogue(
    accumulator: ArrayLike,
    pre: PiecewiseLinear,
    residual: ArrayLike | None = None,
    post: PiecewiseLinear | None = None,
) -> IntArray:
    """Return ``post(saturate(pre(acc) + residual))``; the sum saturates to the range of `pre`.

    `accumulator` is [..., M]. `residual` is [..., C] with M = r*C: it is repeated r times (``m -> m mod C``),
    as the up-sampling unit of BBCU needs it before the pixel shuffle (BBCU, Fig. "BBCU-U").
    """
    total = pre(accumulator)
    if residual is not None:
        skip = np.asarray(residual, dtype=np.int64)
        repeat = total.shape[-1] // skip.shape[-1]
        total = saturate(total + np.concatenate([skip] * repeat, axis=-1), pre.low, pre.high)
    return total if post is None else post(total)


def pixel_shuffle(image: ArrayLike, factor: int) -> IntArray:
    """Spread sub-pixels over space: [N, H, W, r*r*C] -> [N, r*H, r*W, C].

    Channels are ordered (sub-row i, sub-column j, channel c), so that a sub-pixel is contiguous in the
    stream. (PyTorch orders them (c, i, j); the compiler permutes the channels of the layer before.)
    """
    pixels = np.asarray(image, dtype=np.int64)
    batch, height, width, depth = pixels.shape
    channels = depth // factor**2
    grid = pixels.reshape(batch, height, width, factor, factor, channels).transpose(0, 1, 3, 2, 4, 5)
    return grid.reshape(batch, height * factor, width * factor, channels)


def pixel_unshuffle(image: ArrayLike, factor: int) -> IntArray:
    """Pack blocks of pixels into channels: [N, r*H, r*W, C] -> [N, H, W, r*r*C]; undoes `pixel_shuffle`.

    Channels are ordered (sub-row i, sub-column j, channel c), as ONNX's SpaceToDepth does it. (PyTorch orders
    them (c, i, j); the compiler permutes the weights behind.)
    """
    pixels = np.asarray(image, dtype=np.int64)
    batch, height, width, channels = pixels.shape
    blocks = pixels.reshape(batch, height // factor, factor, width // factor, factor, channels)
    return blocks.transpose(0, 1, 3, 2, 4, 5).reshape(batch, height // factor, width // factor, -1)


def bilinear_unit(factor: int) -> int:
    """Return D, in whose D-ths bilinear up-sampling by r has its weights on each axis: r if odd, else 2*r."""
    return factor if factor % 2 else 2 * factor


def bilinear_subpixels(image: ArrayLike, factor: int) -> IntArray:
    """Return the sub-pixels of bilinear up-sampling by r, corners not aligned, in 1/D**2 (`bilinear_unit`).

    [N, H, W, C] -> [N, H, W, r*r*C], ordered (i, j, c). Sub-row i lies ``(2*i + 1 - r) / (2*r)`` rows
    beside its pixel's centre: so much weight has the row on that side, and the pixel's own row the rest;
    columns likewise, clamped to the image. ``pixel_shuffle(., r) / D**2`` is the up-sampled image.
    """
    pixels = np.asarray(image, dtype=np.int64)
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    rows = [_between(padded, 1, part, factor) for part in range(factor)]
    return np.concatenate([_between(row, 2, part, factor) for row in rows for part in range(factor)], axis=-1)


def _between(padded: IntArray, axis: int, part: int, factor: int) -> IntArray:
    """Return sub-row or sub-column `part` along an axis padded by one on both sides, in D-ths."""
    unit, away = bilinear_unit(factor), 2 * part + 1 - factor
    side = abs(away) * unit // (2 * factor)
    inner = np.arange(1, padded.shape[axis] - 1)
    centre, neighbour = (np.take(padded, inner + step, axis) for step in (0, np.sign(away)))
    return (unit - side) * centre + side * neighbour


def light_curve(
    light: ArrayLike,
    parameter: ArrayLike,
    light_bits: int,
    parameter_bits: int,
    in_shift: int = 0,
    out_shift: int = 0,
) -> IntArray:
    """Return one step ``x + r (x^2 - x)`` of the curve of Zero-DCE++, both products rounded half to even.

    Args:
        light: x, unsigned integers of ``light_bits - in_shift`` bits, in units of 2**(in_shift - light_bits).
        parameter: r, signed integers of `parameter_bits` bits, in units of 2**(1 - parameter_bits).
        out_shift: bits by which the new light is rounded at the end.
    """
    x, r = np.asarray(light, np.int64) << in_shift, np.asarray(parameter, np.int64)
    bend = round_half_even_shift(x * (x - (1 << light_bits)), light_bits)
    delta = round_half_even_shift(r * bend, parameter_bits - 1)
    result = saturate(x + delta, 0, (1 << light_bits) - 1)
    return saturate(round_half_even_shift(result, out_shift), 0, (1 << (light_bits - out_shift)) - 1)


def stream_bytes(bits: int) -> int:
    """Return the TDATA width in bytes of a stream word of `bits` bits."""
    return (bits + 7) // 8


def pack_words(values: ArrayLike, bits: int | Sequence[int]) -> ByteArray:
    """Pack lanes into stream or memory words: int64 [words, lanes] -> uint8 [words, bytes], little endian.

    Lane 0 takes the lowest bits; `bits` is the width of every lane, or one width per lane. Negative numbers
    are two's complement. Bipolar values must be given as bits (see `bipolar_to_bits`).

    Raises:
        OverflowError: a value does not fit its lane, signed or unsigned.
    """
    lanes = np.atleast_2d(np.asarray(values, dtype=np.int64))
    widths = np.broadcast_to(np.asarray(bits, dtype=np.int64), lanes.shape[1:])
    if lanes.size and ((lanes >= np.int64(1) << widths) | (lanes < -(np.int64(1) << (widths - 1)))).any():
        raise OverflowError(f"values in [{lanes.min()}, {lanes.max()}] do not fit lanes of {bits} bits")
    # every bit of a word comes from one lane, shifted out by its position inside that lane
    lane = np.repeat(np.arange(lanes.shape[1]), widths)
    position = np.concatenate([np.arange(width, dtype=np.int64) for width in widths])
    return np.packbits(((lanes[:, lane] >> position) & 1).astype(np.uint8), axis=1, bitorder="little")


def unpack_words(words: ArrayLike, lanes: int, bits: int, signed: bool) -> IntArray:
    """Undo `pack_words`: uint8 [words, TDATA bytes] -> int64 [words, lanes]."""
    data = np.atleast_2d(np.asarray(words, dtype=np.uint8))
    flat = np.unpackbits(data, axis=1, count=lanes * bits, bitorder="little")
    weights = np.int64(1) << np.arange(bits, dtype=np.int64)
    if signed:
        weights[-1] = -weights[-1]
    return flat.reshape(-1, lanes, bits).astype(np.int64) @ weights


def bipolar_to_bits(values: ArrayLike) -> IntArray:
    """Map +1 to 1 and everything else (-1, and the 0 of an invalid tap) to 0."""
    return (np.asarray(values) > 0).astype(np.int64)


def hex_words(words: ArrayLike) -> list[str]:
    """Return `$readmemh` lines (most significant digit first) of packed words, uint8 [words, bytes]."""
    return [bytes(row[::-1]).hex() for row in np.asarray(words, dtype=np.uint8)]
