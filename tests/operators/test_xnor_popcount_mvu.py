# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""xnor_popcount_mvu: accumulators equal the matrix product over the valid beats; one beat per cycle."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import bipolar_to_bits, matrix_vector
from tests.operators.bench import RTL, Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_fields, pack_folded

HEIGHT, WIDTH, FRAMES = 2, 3, 2
VECTORS = HEIGHT * WIDTH * FRAMES
# PE, SIMD, MW, MH, where rows are accumulated, where weights are
CASES = [
    (4, 8, 72, 8, "dsp", "distributed"),
    (1, 5, 45, 3, "lut", "block"),
    (2, 32, 32, 2, "lut", "auto"),
    (3, 7, 56, 9, "dsp", "auto"),
    (8, 16, 144, 8, "lut", "auto"),
    (2, 1, 9, 4, "lut", "auto"),
]


@pytest.mark.parametrize(
    ("form", "pe", "simd", "mw", "mh", "accumulator", "ram_style"),
    in_both_forms(CASES, hls=(1, 4), slow=(0,)),
)
def test_accumulators(
    bench: Bench, form: str, pe: int, simd: int, mw: int, mh: int, accumulator: str, ram_style: str
) -> None:
    rng = np.random.default_rng(pe * simd + mw)
    weights = rng.choice([-1, 1], (mh, mw))
    weights[0], weights[-1] = 1, -1
    activations = rng.choice([-1, 1], (VECTORS, mw))
    activations[0], activations[1] = 1, -1
    valid = rng.integers(0, 2, (VECTORS, mw // simd))
    valid[:2], valid[2] = 1, 0  # all taps inside, none inside
    accumulators = matrix_vector(activations * np.repeat(valid, simd, axis=1), weights)
    assert accumulators.max() == mw and accumulators.min() == -mw and not accumulators[2].any()

    bits = bipolar_to_bits(activations).reshape(-1, simd)
    beats = pack_fields([*((bits[:, lane], 1) for lane in range(simd)), (valid.reshape(-1), 1)])
    acc_bits = int(mw).bit_length() + 1
    model = operator(
        "XnorPopcountMVU",
        {"weights": weights},
        height=HEIGHT,
        width=WIDTH,
        MW=mw,
        MH=mh,
        channels=simd,
        PE=pe,
        SIMD=simd,
        input_datatype="BIPOLAR",
        weight_datatype="BIPOLAR",
        accumulator_datatype=f"INT{acc_bits}",
        **({"accumulator": accumulator, "ram_style": ram_style} if form == RTL else {}),
    )
    dut = bench.node(form, model)
    inputs = {"in0": dirty_padding(rng, beats, simd + 1)}
    expected = {"out0": pack_folded(accumulators, pe, acc_bits)}
    result = bench.run_with_rests(dut, inputs, expected, frames=VECTORS)
    if dut.has_cycles:
        assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][mw // simd - 1] == (
            4 if mh == pe else 5
        )
        ends = result.transfer_cycles["out0"].reshape(VECTORS, -1)[:, -1]
        assert set(np.diff(ends)) == {(mw // simd) * (mh // pe)}
