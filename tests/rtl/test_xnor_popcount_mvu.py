# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""xnor_popcount_mvu: accumulators equal the matrix product over the valid beats; one beat per cycle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.numerics import bipolar_to_bits, matrix_vector, pack_words
from tests.rtl.streams import RunModule, dirty_padding, pack_fields, pack_folded, run_with_rests, write_hex

VECTORS = 12


def weight_words(weights: np.ndarray, pe: int, simd: int) -> np.ndarray:
    """Return the memory words of [MH, MW] weights: word nf * SF + sf, lane (pe, s)."""
    rows, columns = weights.shape
    return weights.reshape(rows // pe, pe, columns // simd, simd).transpose(0, 2, 1, 3).reshape(-1, pe * simd)


@pytest.mark.parametrize(
    ("pe", "simd", "mw", "mh"),
    [(4, 8, 72, 8), (1, 5, 45, 3), (2, 32, 32, 2), (3, 7, 7, 9), (8, 16, 144, 8), (2, 1, 9, 4)],
)
def test_accumulators(run_module: RunModule, tmp_path: Path, pe: int, simd: int, mw: int, mh: int) -> None:
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
    memory = pack_words(bipolar_to_bits(weight_words(weights, pe, simd)), 1)
    parameters: dict[str, int | str] = {"PE": pe, "SIMD": simd, "MW": mw, "MH": mh, "ACC_BITS": acc_bits}
    parameters["WEIGHT_FILE"] = write_hex(tmp_path / "weights.hex", memory)
    result = run_with_rests(
        run_module,
        "xnor_popcount_mvu",
        parameters,
        {"in0": dirty_padding(rng, beats, simd + 1)},
        {"out0": pack_folded(accumulators, pe, acc_bits)},
        frames=VECTORS,
    )
    assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][mw // simd - 1] == 4
    ends = result.transfer_cycles["out0"].reshape(VECTORS, -1)[:, -1]
    assert set(np.diff(ends)) == {(mw // simd) * (mh // pe)}
