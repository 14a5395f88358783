# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stream words for the operator benches, and the ways in which their ports rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from bbcu_fpga.numerics import ByteArray, IntArray, hex_words, pack_words
from bbcu_fpga.sim.job import Pattern
from bbcu_fpga.sim.run import SimulationResult

RunModule = Callable[..., SimulationResult]  # the fixture run_module of conftest.py

FULL_SPEED: dict[str, Pattern] = {"idle": Pattern(), "back_pressure": Pattern()}
# who rests: nobody, the source, the sink, both, and a sink that insists on seeing valid first
RESTS = {
    "full_speed": FULL_SPEED,
    "idle": {"idle": Pattern(pause=0.6), "back_pressure": Pattern()},
    "back_pressure": {"idle": Pattern(), "back_pressure": Pattern(pause=0.6)},
    "both": {"idle": Pattern(pause=0.4), "back_pressure": Pattern(pause=0.4)},
    "after_valid": {"idle": Pattern(pause=0.3), "back_pressure": Pattern(after_valid=True)},
}


def random_integers(rng: np.random.Generator, shape: tuple[int, ...], bits: int, signed: bool) -> IntArray:
    """Return integers over the whole range of `bits` bits, its ends included."""
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    values = rng.integers(low, high + 1, shape)
    flat = values.reshape(-1)
    flat[:2] = (low, high)
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


def write_hex(path: Path, words: ByteArray) -> str:
    """Write a `$readmemh` file and return its name."""
    path.write_text("\n".join(hex_words(words)) + "\n")
    return path.name
