# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""integer_mvu: accumulators equal the matrix product, at the ends of all ranges; one beat per cycle."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import matrix_vector
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

HEIGHT, WIDTH, FRAMES = 1, 5, 2
VECTORS = HEIGHT * WIDTH * FRAMES
# two lanes to a pair of DSP slices: one alone, one pair, and pairs with one that is alone
# PE, SIMD, MW, MH, bits and sign of the input, bits of a weight
CASES = [
    (2, 3, 27, 4, 8, 0, 8),
    (1, 4, 36, 3, 11, 1, 8),
    (3, 5, 5, 3, 6, 1, 4),
    (2, 1, 2, 6, 4, 0, 3),
    (1, 2, 4, 1, 5, 0, 4),
]


@pytest.mark.parametrize(
    ("form", "pe", "simd", "mw", "mh", "in_bits", "signed", "weight_bits"),
    in_both_forms(CASES, hls=(1,)),
)
def test_accumulators(
    bench: Bench,
    form: str,
    pe: int,
    simd: int,
    mw: int,
    mh: int,
    in_bits: int,
    signed: int,
    weight_bits: int,
) -> None:
    rng = np.random.default_rng(mw)
    weights = random_integers(rng, (mh, mw), weight_bits, signed=True)
    weights[0] = -(1 << (weight_bits - 1))
    activations = random_integers(rng, (VECTORS, mw), in_bits, bool(signed))
    activations[0], activations[1] = activations.max(), activations.min()
    accumulators = matrix_vector(activations, weights)
    acc_bits = int(np.abs(accumulators).max()).bit_length() + 1
    model = operator(
        "IntegerMVU",
        {"weights": weights},
        height=HEIGHT,
        width=WIDTH,
        MW=mw,
        MH=mh,
        channels=simd,
        PE=pe,
        SIMD=simd,
        input_datatype=f"{'' if signed else 'U'}INT{in_bits}",
        weight_datatype=f"INT{weight_bits}",
        accumulator_datatype=f"INT{acc_bits}",
    )
    dut = bench.node(form, model)
    inputs = {"in0": dirty_padding(rng, pack_folded(activations, simd, in_bits), simd * in_bits)}
    expected = {"out0": pack_folded(accumulators, pe, acc_bits)}
    result = bench.run_with_rests(dut, inputs, expected, frames=VECTORS)
    if dut.has_cycles:
        latency = result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][mw // simd - 1]
        assert latency == 4 + min(simd, 2) + ((simd + 1) // 2 - 1).bit_length() + (mh != pe)
        ends = result.transfer_cycles["out0"].reshape(VECTORS, -1)[:, -1]
        assert set(np.diff(ends)) == {(mw // simd) * (mh // pe)}
