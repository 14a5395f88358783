# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stream words for the operator benches, and the ways in which their ports rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bbcu_fpga.numerics import ByteArray, IntArray, extract_windows, hex_words, pack_words
from bbcu_fpga.sim.job import Pattern, Scenario
from bbcu_fpga.sim.run import SimulationResult
from bbcu_fpga.sim.verilator import Parameters

Results = list[SimulationResult]
RunModule = Callable[..., Results]  # the fixture run_module of conftest.py

FULL_SPEED = Scenario()


def all_rests(inputs: Iterable[str], outputs: Iterable[str], reset_at: int) -> list[Scenario]:
    """Return the ways in which ports rest: nobody, sources, sinks, both, sinks that insist on valid first.

    In the last scenario the design is reset in cycle `reset_at`, after which everything starts again.
    """

    def scenario(seed: int, idle: Pattern, back_pressure: Pattern, reset: int | None = None) -> Scenario:
        return Scenario(dict.fromkeys(inputs, idle), dict.fromkeys(outputs, back_pressure), seed, reset)

    return [
        FULL_SPEED,
        scenario(1, Pattern(pause=0.6), Pattern()),
        scenario(2, Pattern(), Pattern(pause=0.6)),
        scenario(3, Pattern(pause=0.4), Pattern(pause=0.4)),
        scenario(4, Pattern(pause=0.3), Pattern(after_valid=True)),
        scenario(5, Pattern(pause=0.2), Pattern(pause=0.2), reset_at),
    ]


def run_with_rests(
    run: RunModule,
    top: str,
    parameters: Parameters,
    inputs: dict[str, ByteArray],
    expected: dict[str, ByteArray],
    **arguments: Any,
) -> SimulationResult:
    """Run a module in every scenario, every word being compared; return the result at full speed."""
    reset_at = max(map(len, [*inputs.values(), *expected.values()])) // 2
    scenarios = all_rests(inputs, expected, reset_at)
    results = run(top, parameters, scenarios, inputs=inputs, expected=expected, **arguments)
    assert [r.compared for r in results] == [sum(map(len, expected.values()))] * len(scenarios)
    return results[0]


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


def write_hex(path: Path, words: ByteArray) -> str:
    """Write a `$readmemh` file and return its name."""
    path.write_text("\n".join(hex_words(words)) + "\n")
    return path.name


def pack_fields(fields: Sequence[tuple[IntArray, int]]) -> ByteArray:
    """Pack words made of fields of different widths: (int64 [words], bits) from the lowest bits up."""
    columns = [(np.asarray(values)[:, None] >> np.arange(bits)) & 1 for values, bits in fields]
    return pack_words(np.concatenate(columns, axis=1), 1)


def flagged_windows(image: IntArray, kernel: int, lanes: int, bits: int) -> ByteArray:
    """Return what window_generator with FLAG = 1 emits for `image` [N, H, W, C]."""
    taps = extract_windows(image, kernel).reshape(-1, lanes)
    inside = extract_windows(np.ones_like(image), kernel).reshape(-1, lanes)[:, 0]
    return pack_fields([*((taps[:, lane], bits) for lane in range(lanes)), (inside, 1)])
