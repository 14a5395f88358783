# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The code for synthesis, on models of the device's LUTs and carry chains, computes the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.dut import Dut
from bbcu_fpga.sim.job import Scenario
from benchmarks.mvu import ALTERNATIVES, STRUCTURES
from tests.operators.bench import Bench
from tests.operators.streams import pack_fields

DEVICE = Path(__file__).with_name("device")
PRIMITIVES = [DEVICE / f"{name}.sv" for name in ("LUT6_2", "CARRY4")]
LARGEST, COUNT_BITS, BITS, SUM_BITS, INITIAL, WORDS = 31, 5, 4, 10, -283, 4000
FULL, RANDOM = (1 << LARGEST) - 1, np.random.default_rng(5)


def sums(first: np.ndarray, carry: np.ndarray, ones: np.ndarray, twos: np.ndarray) -> np.ndarray:
    """Return what the accumulator holds after each word, modulo its width."""
    total, totals = 0, []
    for start, addend in zip(first, carry + ones + 2 * twos, strict=True):
        total = (INITIAL if start else total) + int(addend)
        totals.append(total % (1 << SUM_BITS))
    return np.array(totals)


def sources(form: str) -> list[Path]:
    """Return the sources as in simulation, as for synthesis, or with the count of another structure."""
    files = {path.name: path for path in module_sources("bit_count", "lut_accumulator", "dual_lut")}
    if form in STRUCTURES:
        files |= {Path(name).name: ALTERNATIVES / name for name in STRUCTURES[form].replaced}
    device = [] if form == "simulation" else [DEVICE / "synthesis.sv", *PRIMITIVES]
    return [*device, *files.values(), DEVICE / "adders.sv"]


OTHERS = [name for name, structure in STRUCTURES.items() if "bit_count" in "".join(structure.replaced)]


@pytest.mark.parametrize(
    "form", ["synthesis", *(pytest.param(name, marks=pytest.mark.slow) for name in ("simulation", *OTHERS))]
)
def test_counts_and_sums(bench: Bench, form: str) -> None:
    bits = RANDOM.integers(0, FULL + 1, WORDS)
    bits[:2] = 0, FULL
    bits[2:1000] |= RANDOM.integers(0, FULL + 1, 998) | RANDOM.integers(0, FULL + 1, 998)  # many ones
    first = RANDOM.random(WORDS) < 0.1
    first[0] = True
    carry, ones, twos = (RANDOM.integers(0, limit, WORDS) for limit in (2, 1 << BITS, 1 << BITS))
    counts = [np.bitwise_count(bits & ((1 << lanes) - 1)).astype(np.int64) for lanes in range(1, LARGEST + 1)]
    operands = [(first, 1), (carry, 1), (ones, BITS), (twos, BITS)]
    inputs = pack_fields([(bits, LARGEST), *operands])
    results = [(count, COUNT_BITS) for count in counts] + [(sums(first, carry, ones, twos), SUM_BITS)]
    bench.run(
        Dut("adders", sources(form)),
        [Scenario()],
        inputs={"in0": inputs},
        expected={"out0": pack_fields(results)},
        timeout_cycles=2 * WORDS,
    )
