# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""light_curve: every rounding of both products, for all light; a beat per cycle."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import light_curve
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

HEIGHT, WIDTH, FRAMES = 4, 8, 2
# PE, channels, bits of light and parameter, shifts of input and output
CASES = [(1, 1, 5, 4, 0, 0), (3, 3, 12, 8, 4, 0), (1, 3, 12, 8, 0, 4), (2, 4, 6, 3, 2, 2)]


@pytest.mark.parametrize(
    ("form", "pe", "channels", "light_bits", "parameter_bits", "in_shift", "out_shift"),
    in_both_forms(CASES, hls=(1,), slow=(0, 3)),
)
def test_curve(
    bench: Bench,
    form: str,
    pe: int,
    channels: int,
    light_bits: int,
    parameter_bits: int,
    in_shift: int,
    out_shift: int,
) -> None:
    rng = np.random.default_rng(light_bits)
    shape = (FRAMES, HEIGHT, WIDTH, channels)
    light = random_integers(rng, shape, light_bits - in_shift, signed=False)
    parameter = random_integers(rng, shape, parameter_bits, signed=True)
    parameter[0, 0], parameter[0, 1] = parameter.min(), parameter.max()
    fixed_point = (light_bits, parameter_bits, in_shift, out_shift)
    expected = light_curve(light, parameter, *fixed_point)
    model = operator(
        "LightCurve",
        height=HEIGHT,
        width=WIDTH,
        channels=channels,
        PE=pe,
        light_bits=light_bits,
        parameter_bits=parameter_bits,
        in_shift=in_shift,
        out_shift=out_shift,
    )
    dut = bench.node(form, model)
    tensors = {"in0": (light, light_bits - in_shift), "in1": (parameter, parameter_bits)}
    inputs = {
        name: dirty_padding(rng, pack_folded(tensor, pe, bits), pe * bits)
        for name, (tensor, bits) in tensors.items()
    }
    result = bench.run_with_rests(dut, inputs, {"out0": pack_folded(expected, pe, light_bits - out_shift)})
    if dut.has_cycles:
        latency = result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0]
        assert latency == 6 + (out_shift > 0)
        assert set(np.diff(result.transfer_cycles["out0"])) == {1}
