# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""stream_fifo: order, exact capacity, throughput."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.sim.errors import StreamDeadlockError
from bbcu_fpga.sim.job import Pattern
from tests.rtl.streams import FULL_SPEED, RESTS, RunModule

DEPTHS = (1, 2, 3, 5, 64, 65, 300)


def words(seed: int, count: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, width // 8), dtype=np.uint8)


@pytest.mark.parametrize("depth", DEPTHS)
def test_keeps_every_word_in_order(run_module: RunModule, depth: int) -> None:
    data = words(depth, 3 * depth + 200, 24)
    for seed, rest in enumerate(RESTS.values()):
        result = run_module(
            "stream_fifo",
            {"WIDTH": 24, "DEPTH": depth},
            inputs={"in0": data},
            expected={"out0": data},
            seed=seed,
            **rest,
        )
        assert result.compared == len(data)


@pytest.mark.parametrize("depth", DEPTHS)
def test_holds_exactly_its_depth(run_module: RunModule, depth: int) -> None:
    """Nobody takes a word: the design accepts DEPTH words and no more."""
    data = words(depth, depth + 5, 24)
    with pytest.raises(StreamDeadlockError) as deadlock:
        run_module(
            "stream_fifo",
            {"WIDTH": 24, "DEPTH": depth},
            inputs={"in0": data},
            expected={"out0": data},
            back_pressure=Pattern(every=100_000),
        )
    assert deadlock.value.ports[0].startswith(f"in0 offers word {depth} of {depth + 5}")
    assert deadlock.value.fifos == [f"stream_fifo ({depth} words)"]


@pytest.mark.parametrize(("depth", "cycles_per_word"), [(1, 2), (2, 1), (3, 1), (64, 1), (300, 1)])
def test_throughput(run_module: RunModule, depth: int, cycles_per_word: int) -> None:
    data = words(7, 400, 24)
    result = run_module(
        "stream_fifo",
        {"WIDTH": 24, "DEPTH": depth},
        inputs={"in0": data},
        expected={"out0": data},
        **FULL_SPEED,
    )
    assert set(np.diff(result.transfer_cycles["out0"])) == {cycles_per_word}


def test_reset_empties_it(run_module: RunModule) -> None:
    data = words(3, 400, 24)
    result = run_module(
        "stream_fifo",
        {"WIDTH": 24, "DEPTH": 64},
        inputs={"in0": data},
        expected={"out0": data},
        reset_at=150,
        idle=Pattern(),
        back_pressure=Pattern(pause=0.5),
    )
    assert result.compared == len(data)


def test_wide_words(run_module: RunModule) -> None:
    data = words(4, 150, 1032)
    result = run_module(
        "stream_fifo", {"WIDTH": 1032, "DEPTH": 5}, inputs={"in0": data}, expected={"out0": data}
    )
    assert result.compared == len(data)
