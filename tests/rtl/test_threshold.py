# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""threshold: one bit per channel, equality counts as reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.numerics import bipolar_to_bits, compare_thresholds, pack_words
from tests.rtl.streams import (
    RunModule,
    dirty_padding,
    pack_folded,
    random_integers,
    run_with_rests,
    write_hex,
)


@pytest.mark.parametrize(
    ("pe", "channels", "in_bits", "signed", "threshold_bits"),
    [(4, 8, 8, 1, 8), (3, 3, 5, 0, 7), (1, 5, 4, 1, 3), (9, 9, 4, 1, 6)],
)
def test_bits(
    run_module: RunModule,
    tmp_path: Path,
    pe: int,
    channels: int,
    in_bits: int,
    signed: int,
    threshold_bits: int,
) -> None:
    rng = np.random.default_rng(channels)
    thresholds = random_integers(rng, (channels,), threshold_bits, signed=True)
    values = random_integers(rng, (2, 40, channels), in_bits, bool(signed))
    low, high = values.min(), values.max()
    thresholds[-1] = (low + high) // 2  # surely in the range of the values
    for step in (-1, 0, 1):  # just below, at and just above the threshold
        values[0, 10 + step] = np.clip(thresholds + step, low, high)
    bits = bipolar_to_bits(compare_thresholds(values, thresholds))
    assert (values == thresholds).any() and 0 < bits.mean() < 1
    memory = pack_words(thresholds.reshape(-1, pe), threshold_bits)
    parameters: dict[str, int | str] = {
        "PE": pe,
        "CHANNELS": channels,
        "IN_BITS": in_bits,
        "IN_SIGNED": signed,
        "THRESHOLD_BITS": threshold_bits,
        "PARAM_FILE": write_hex(tmp_path / "thresholds.hex", memory),
    }
    result = run_with_rests(
        run_module,
        "threshold",
        parameters,
        {"in0": dirty_padding(rng, pack_folded(values, pe, in_bits), pe * in_bits)},
        {"out0": pack_folded(bits, pe, 1)},
    )
    assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0] == 2
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}
