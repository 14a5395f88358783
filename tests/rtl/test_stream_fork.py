# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""stream_fork: both outputs get every word, at their own pace."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.sim.job import Pattern, Scenario
from tests.rtl.streams import RunModule, run_with_rests


def test_both_outputs_get_every_word(run_module: RunModule) -> None:
    data = np.random.default_rng(1).integers(0, 256, (300, 3), dtype=np.uint8)
    result = run_with_rests(
        run_module, "stream_fork", {"WIDTH": 24}, {"in0": data}, {"out0": data, "out1": data}
    )
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}


@pytest.mark.parametrize("slow", ["out0", "out1"])
def test_the_fast_output_is_one_word_ahead(run_module: RunModule, slow: str) -> None:
    data = np.random.default_rng(2).integers(0, 256, (100, 3), dtype=np.uint8)
    fast = "out1" if slow == "out0" else "out0"
    (result,) = run_module(
        "stream_fork",
        {"WIDTH": 24},
        [Scenario(back_pressure={slow: Pattern(every=7)})],
        inputs={"in0": data},
        expected={"out0": data, "out1": data},
    )
    assert set(np.diff(result.transfer_cycles[slow])) == {7}
    np.testing.assert_array_equal(result.transfer_cycles[fast][1:], result.transfer_cycles[slow][:-1] + 1)
