# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""threshold: one bit per channel, equality counts as reached."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import bipolar_to_bits, compare_thresholds
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

HEIGHT, WIDTH, FRAMES = 5, 8, 2
# PE, channels, bits and sign of the input, bits of a threshold
CASES = [(4, 8, 8, 1, 8), (3, 3, 5, 0, 7), (1, 5, 4, 1, 3), (9, 9, 4, 1, 6)]


@pytest.mark.parametrize(
    ("form", "pe", "channels", "in_bits", "signed", "threshold_bits"),
    in_both_forms(CASES, hls=(1,), slow=(0,)),
)
def test_bits(
    bench: Bench, form: str, pe: int, channels: int, in_bits: int, signed: int, threshold_bits: int
) -> None:
    rng = np.random.default_rng(channels)
    thresholds = random_integers(rng, (channels,), threshold_bits, signed=True)
    values = random_integers(rng, (FRAMES, HEIGHT * WIDTH, channels), in_bits, bool(signed))
    low, high = values.min(), values.max()
    thresholds[-1] = (low + high) // 2  # surely in the range of the values
    for step in (-1, 0, 1):  # just below, at and just above the threshold
        values[0, 10 + step] = np.clip(thresholds + step, low, high)
    bits = bipolar_to_bits(compare_thresholds(values, thresholds))
    assert (values == thresholds).any() and 0 < bits.mean() < 1
    model = operator(
        "Threshold",
        {"thresholds": thresholds},
        height=HEIGHT,
        width=WIDTH,
        channels=channels,
        PE=pe,
        datatype=f"{'' if signed else 'U'}INT{in_bits}",
        threshold_datatype=f"INT{threshold_bits}",
    )
    dut = bench.node(form, model)
    inputs = {"in0": dirty_padding(rng, pack_folded(values, pe, in_bits), pe * in_bits)}
    result = bench.run_with_rests(dut, inputs, {"out0": pack_folded(bits, pe, 1)})
    if dut.has_cycles:
        assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0] == 2
        assert set(np.diff(result.transfer_cycles["out0"])) == {1}
