# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""pixel_unshuffle: blocks of pixels packed into one; deep enough FIFOs that nobody waits."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.numerics import pixel_unshuffle
from bbcu_fpga.sim.job import Pattern, Scenario
from tests.operators.bench import RTL, Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

Shape = tuple[int, int, int, int]
SHAPES = [(2, 1, 5, 24), (2, 3, 1, 12), (3, 2, 3, 6), (4, 1, 2, 8)]  # factor, folds, blocks in a row, bits
FRAMES, BANDS = 2, 2


def make(shape: Shape) -> tuple[ModelWrapper, np.ndarray, np.ndarray]:
    """Return the operator, the input words and the expected words; a beat is one lane."""
    factor, folds, blocks, bits = shape
    rng = np.random.default_rng(bits)
    sizes = {"height": BANDS * factor, "width": blocks * factor}
    image = random_integers(rng, (FRAMES, *sizes.values(), folds), bits, signed=False)
    source = dirty_padding(rng, pack_folded(image, 1, bits), bits)
    lanes = {"channels": folds, "PE": 1, "factor": factor, "datatype": f"UINT{bits}"}
    model = operator("PixelUnshuffle", **sizes, **lanes)
    return model, source, pack_folded(pixel_unshuffle(image, factor), 1, bits)


@pytest.mark.parametrize(
    ("form", "factor", "folds", "blocks", "bits"), in_both_forms(SHAPES, hls=(2,), slow=(1, 3))
)
def test_blocks(bench: Bench, form: str, factor: int, folds: int, blocks: int, bits: int) -> None:
    model, source, expected = make((factor, folds, blocks, bits))
    dut = bench.node(form, model)
    result = bench.run_with_rests(dut, {"in0": source}, {"out0": expected})
    if dut.has_cycles:
        assert set(np.diff(result.transfer_cycles["in0"])) == {1}  # the input never waits


@pytest.mark.parametrize("shape", SHAPES[:3:2], ids=str)
def test_constant_rate_consumer_sees_no_bubble(bench: Bench, shape: Shape) -> None:
    """A consumer that lags by FACTOR - 1 rows takes a beat every cycle, as the input gives one."""
    factor, folds, blocks, _ = shape
    model, source, expected = make(shape)
    lag = (factor - 1) * factor * blocks * folds + 4
    (result,) = bench.run(
        bench.node(RTL, model),
        [Scenario(back_pressure={"out0": Pattern(start=lag)})],
        inputs={"in0": source},
        expected={"out0": expected},
    )
    assert set(np.diff(result.transfer_cycles["in0"])) == {1}
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}
