# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stream words for the operator benches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bbcu_fpga.numerics import ByteArray, IntArray, extract_windows, pack_words


def random_integers(rng: np.random.Generator, shape: tuple[int, ...], bits: int, signed: bool) -> IntArray:
    """Return integers over the whole range of `bits` bits, its ends included."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    values = rng.integers(low, high + 1, shape)
    flat = values.reshape(-1)
    flat[:2] = (low, high)[: flat.size]
    return values


def pack_folded(image: IntArray, lanes: int, bits: int) -> ByteArray:
    """Pack [..., C] integers into words of `lanes` channels each, raster order."""
    return pack_words(np.asarray(image).reshape(-1, lanes), bits)


def dirty_padding(rng: np.random.Generator, words: ByteArray, payload_bits: int) -> ByteArray:
    """Return the words with random bits above the payload: a design must ignore them."""
    dirty = words.copy()
    unused = words.shape[1] * 8 - payload_bits
    if unused:
        dirty[:, -1] |= (rng.integers(0, 1 << unused, len(words)) << (8 - unused)).astype(np.uint8)
    return dirty


def pack_fields(fields: Sequence[tuple[IntArray, int]]) -> ByteArray:
    """Pack words made of fields of different widths: (int64 [words], bits) from the lowest bits up."""
    columns = [(np.asarray(values)[:, None] >> np.arange(bits)) & 1 for values, bits in fields]
    return pack_words(np.concatenate(columns, axis=1), 1)


def flagged_windows(image: IntArray, kernel: int, lanes: int, bits: int) -> ByteArray:
    """Return what window_generator with FLAG = 1 emits for `image` [N, H, W, C]."""
    taps = extract_windows(image, kernel).reshape(-1, lanes)
    inside = extract_windows(np.ones_like(image), kernel).reshape(-1, lanes)[:, 0]
    return pack_fields([*((taps[:, lane], bits) for lane in range(lanes)), (inside, 1)])
