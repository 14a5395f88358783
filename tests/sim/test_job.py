# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Jobs and outcomes survive their files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.sim.job import Job, Outcome, Pattern, Scenario


def test_job_round_trip(tmp_path: Path) -> None:
    scenarios = [
        Scenario(),
        Scenario({"in0": Pattern(0.25, 3, 9)}, {"out0": Pattern(after_valid=True)}, 7, 99),
    ]
    job = Job({"in0": np.arange(12, dtype=np.uint8).reshape(4, 3)}, {"out0": 5}, scenarios, 100, 10)
    job.save(tmp_path / "job.npz")
    loaded = Job.load(tmp_path / "job.npz")
    np.testing.assert_array_equal(loaded.inputs["in0"], job.inputs["in0"])
    assert (loaded.output_words, loaded.scenarios) == (job.output_words, job.scenarios)
    assert (loaded.timeout_cycles, loaded.drain_cycles) == (100, 10)


def test_outcome_round_trip(tmp_path: Path) -> None:
    received = {"out0": np.arange(6, dtype=np.uint8).reshape(3, 2)}
    cycles = {"in0": np.array([1, 2]), "out0": np.array([4, 5, 9])}
    Outcome("done", 12, received, cycles, ["a"], ["b (3 words)"], {"b": 3}).save(tmp_path / "outcome.npz")
    loaded = Outcome.load(tmp_path / "outcome.npz")
    np.testing.assert_array_equal(loaded.received["out0"], received["out0"])
    np.testing.assert_array_equal(loaded.transfer_cycles["out0"], cycles["out0"])
    assert (loaded.status, loaded.cycles, loaded.fifos, loaded.fifo_peaks) == (
        "done",
        12,
        ["b (3 words)"],
        {"b": 3},
    )


def test_an_input_cannot_wait_for_valid() -> None:
    with pytest.raises(ValueError, match="for outputs"):
        Scenario(idle={"in0": Pattern(after_valid=True)})


@pytest.mark.parametrize("bad", [{"pause": 1.0}, {"pause": -0.1}, {"every": 0}, {"start": -1}])
def test_a_pattern_that_never_moves_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="pause must be"):
        Pattern(**bad)
