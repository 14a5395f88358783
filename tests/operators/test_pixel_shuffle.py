# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""pixel_shuffle: the raster of the larger image; deep enough FIFOs that nobody waits."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.numerics import pixel_shuffle
from bbcu_fpga.sim.job import Pattern, Scenario
from tests.operators.bench import RTL, Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

Shape = tuple[int, int, int, int]
SHAPES = [(2, 1, 5, 5), (2, 3, 1, 12), (2, 2, 7, 9), (3, 2, 4, 6), (4, 1, 3, 8)]  # factor, folds, width, bits
FRAMES, HEIGHT = 2, 3


def make(shape: Shape) -> tuple[ModelWrapper, np.ndarray, np.ndarray]:
    """Return the operator, the input words and the expected words; a beat is one lane."""
    factor, folds, width, bits = shape
    rng = np.random.default_rng(bits)
    image = random_integers(rng, (FRAMES, HEIGHT, width, factor * factor * folds), bits, signed=False)
    source = dirty_padding(rng, pack_folded(image, 1, bits), bits)
    sizes = {"height": HEIGHT, "width": width, "channels": folds, "PE": 1, "factor": factor}
    model = operator("PixelShuffle", **sizes, datatype=f"UINT{bits}")
    return model, source, pack_folded(pixel_shuffle(image, factor), 1, bits)


@pytest.mark.parametrize(("form", "factor", "folds", "width", "bits"), in_both_forms(SHAPES, hls=(3,)))
def test_raster(bench: Bench, form: str, factor: int, folds: int, width: int, bits: int) -> None:
    model, source, expected = make((factor, folds, width, bits))
    dut = bench.node(form, model)
    result = bench.run_with_rests(dut, {"in0": source}, {"out0": expected})
    if dut.has_cycles:
        assert set(np.diff(result.transfer_cycles["in0"])) == {1}  # the input never waits


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_constant_rate_consumer_sees_no_bubble(bench: Bench, shape: Shape) -> None:
    """A consumer that lags as much as the header says takes a beat every cycle, as the input gives one."""
    factor, folds, width, _ = shape
    model, source, expected = make(shape)
    lag = (factor - 1) * factor * width * folds + factor * factor * folds
    (result,) = bench.run(
        bench.node(RTL, model),
        [Scenario(back_pressure={"out0": Pattern(start=lag)})],
        inputs={"in0": source},
        expected={"out0": expected},
    )
    assert set(np.diff(result.transfer_cycles["in0"])) == {1}
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}
