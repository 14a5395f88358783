# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""stream_fork: both outputs get every word, at their own pace."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.sim.job import Pattern, Scenario
from tests.operators.bench import HLS, RTL, Bench, operator


def fork(height: int) -> ModelWrapper:
    """Return a fork of words of 24 bits, ten per row."""
    return operator("StreamFork", height=height, width=10, channels=3, PE=3, datatype="UINT8")


@pytest.mark.parametrize("form", [RTL, HLS])
def test_both_outputs_get_every_word(bench: Bench, form: str) -> None:
    data = np.random.default_rng(1).integers(0, 256, (300, 3), dtype=np.uint8)
    dut = bench.node(form, fork(15))
    result = bench.run_with_rests(dut, {"in0": data}, {"out0": data, "out1": data})
    if dut.has_cycles:
        assert set(np.diff(result.transfer_cycles["out0"])) == {1}


@pytest.mark.parametrize("slow", ["out0", "out1"])
def test_the_fast_output_is_one_word_ahead(bench: Bench, slow: str) -> None:
    data = np.random.default_rng(2).integers(0, 256, (100, 3), dtype=np.uint8)
    fast = "out1" if slow == "out0" else "out0"
    (result,) = bench.run(
        bench.node(RTL, fork(10)),
        [Scenario(back_pressure={slow: Pattern(every=7)})],
        inputs={"in0": data},
        expected={"out0": data, "out1": data},
    )
    assert set(np.diff(result.transfer_cycles[slow])) == {7}
    np.testing.assert_array_equal(result.transfer_cycles[fast][1:], result.transfer_cycles[slow][:-1] + 1)
