# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""stream_fifo: order, throughput, exact capacity."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.sim.errors import StreamDeadlockError
from bbcu_fpga.sim.job import Pattern, Scenario
from tests.operators.bench import Bench

DEPTHS = (1, 2, 3, 5, 64, 65, 300)


def words(seed: int, count: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, width // 8), dtype=np.uint8)


@pytest.mark.parametrize("depth", DEPTHS)
def test_keeps_every_word_in_order(bench: Bench, depth: int) -> None:
    data = words(depth, 3 * depth + 200, 24)
    parameters = {"WIDTH": 24, "DEPTH": depth}
    result = bench.run_with_rests(bench.module("stream_fifo", parameters), {"in0": data}, {"out0": data})
    latency = 1 if depth <= 64 else 2
    assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0] == latency
    assert set(np.diff(result.transfer_cycles["out0"])) == {2 if depth == 1 else 1}


@pytest.mark.parametrize("depth", DEPTHS)
def test_holds_exactly_its_depth(bench: Bench, depth: int) -> None:
    """Nobody takes a word: the design accepts DEPTH words and no more."""
    data = words(depth, depth + 5, 24)
    with pytest.raises(StreamDeadlockError) as deadlock:
        bench.run(
            bench.module("stream_fifo", {"WIDTH": 24, "DEPTH": depth}),
            [Scenario(back_pressure={"out0": Pattern(start=100_000)})],
            inputs={"in0": data},
            expected={"out0": data},
        )
    assert deadlock.value.ports[0].startswith(f"in0 offers word {depth} of {depth + 5}")
    assert deadlock.value.fifos == [f"stream_fifo ({depth} words)"]


@pytest.mark.parametrize("depth", [5, 300])
def test_padding_is_not_kept(bench: Bench, depth: int) -> None:
    data = words(depth, 3 * depth + 200, 16)
    payload = data & np.uint8([0xFF, 0x07])
    fifo = bench.module("stream_fifo", {"WIDTH": 16, "PAYLOAD": 11, "DEPTH": depth})
    bench.run_with_rests(fifo, {"in0": data}, {"out0": payload})


def test_wide_words(bench: Bench) -> None:
    data = words(4, 150, 1032)
    fifo = bench.module("stream_fifo", {"WIDTH": 1032, "DEPTH": 5})
    bench.run_with_rests(fifo, {"in0": data}, {"out0": data})
