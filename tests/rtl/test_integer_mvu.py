# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""integer_mvu: accumulators equal the matrix product, at the ends of all ranges; one beat per cycle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.numerics import matrix_vector, pack_words
from tests.rtl.streams import (
    RunModule,
    dirty_padding,
    pack_folded,
    random_integers,
    run_with_rests,
    write_hex,
)
from tests.rtl.test_xnor_popcount_mvu import weight_words

VECTORS = 10


@pytest.mark.parametrize(
    ("pe", "simd", "mw", "mh", "in_bits", "signed", "weight_bits"),
    [(2, 3, 27, 4, 8, 0, 8), (1, 4, 36, 3, 11, 1, 8), (3, 5, 5, 3, 6, 1, 4), (2, 1, 2, 6, 4, 0, 3)],
)
def test_accumulators(
    run_module: RunModule,
    tmp_path: Path,
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
    memory = pack_words(weight_words(weights, pe, simd), weight_bits)
    parameters: dict[str, int | str] = {
        "PE": pe,
        "SIMD": simd,
        "MW": mw,
        "MH": mh,
        "IN_BITS": in_bits,
        "IN_SIGNED": signed,
        "WEIGHT_BITS": weight_bits,
        "ACC_BITS": acc_bits,
        "WEIGHT_FILE": write_hex(tmp_path / "weights.hex", memory),
    }
    result = run_with_rests(
        run_module,
        "integer_mvu",
        parameters,
        {"in0": dirty_padding(rng, pack_folded(activations, simd, in_bits), simd * in_bits)},
        {"out0": pack_folded(accumulators, pe, acc_bits)},
        frames=VECTORS,
    )
    assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][mw // simd - 1] == 4
    ends = result.transfer_cycles["out0"].reshape(VECTORS, -1)[:, -1]
    assert set(np.diff(ends)) == {(mw // simd) * (mh // pe)}
