# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""pixel_shuffle: the raster of the larger image; deep enough FIFOs that nobody waits."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import pixel_shuffle
from bbcu_fpga.sim.job import Pattern, Scenario
from tests.rtl.streams import RunModule, dirty_padding, pack_folded, random_integers, run_with_rests

SHAPES = [(2, 1, 5, 5), (2, 3, 1, 12), (2, 2, 7, 9), (3, 2, 4, 6), (4, 1, 3, 8)]  # factor, folds, width, bits
FRAMES, HEIGHT = 2, 3


def make(factor: int, folds: int, width: int, bits: int) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    """Return the parameters, the input words and the expected words; a beat is one lane."""
    rng = np.random.default_rng(bits)
    image = random_integers(rng, (FRAMES, HEIGHT, width, factor * factor * folds), bits, signed=False)
    source = dirty_padding(rng, pack_folded(image, 1, bits), bits)
    parameters = {"BEAT_BITS": bits, "FOLDS": folds, "WIDTH": width, "FACTOR": factor}
    return parameters, source, pack_folded(pixel_shuffle(image, factor), 1, bits)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_raster(run_module: RunModule, shape: tuple[int, int, int, int]) -> None:
    parameters, source, expected = make(*shape)
    result = run_with_rests(run_module, "pixel_shuffle", parameters, {"in0": source}, {"out0": expected})
    assert set(np.diff(result.transfer_cycles["in0"])) == {1}  # the input never waits


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_constant_rate_consumer_sees_no_bubble(
    run_module: RunModule, shape: tuple[int, int, int, int]
) -> None:
    """A consumer that lags as much as the header says takes a beat every cycle, as the input gives one."""
    factor, folds, width, _ = shape
    parameters, source, expected = make(*shape)
    lag = (factor - 1) * factor * width * folds + factor * factor * folds
    (result,) = run_module(
        "pixel_shuffle",
        parameters,
        [Scenario(back_pressure={"out0": Pattern(start=lag)})],
        inputs={"in0": source},
        expected={"out0": expected},
    )
    assert set(np.diff(result.transfer_cycles["in0"])) == {1}
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}
