# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""bilinear_kernel: the sub-pixels of every factor, borders clamped; nine cycles per pixel, or one each."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.numerics import bilinear_subpixels, bilinear_unit
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, flagged_windows, pack_folded, random_integers

FRAMES = 2
# factor, channels, bits, height, width
SHAPES = [
    (2, 3, 8, 4, 5),
    (2, 1, 5, 3, 2),
    (2, 2, 4, 1, 6),
    (3, 3, 8, 3, 4),
    (4, 1, 8, 3, 2),
    (5, 2, 3, 1, 1),
]


@pytest.mark.parametrize(
    ("form", "factor", "channels", "bits", "height", "width"),
    in_both_forms(SHAPES, hls=(3, 4), slow=(1, 2, 5)),
)
def test_subpixels(
    bench: Bench, form: str, factor: int, channels: int, bits: int, height: int, width: int
) -> None:
    rng = np.random.default_rng(bits)
    image = random_integers(rng, (FRAMES, height, width, channels), bits, signed=False)
    image[1] = (1 << bits) - 1  # white: the largest sums
    source = dirty_padding(rng, flagged_windows(image, 3, channels, bits), channels * bits + 1)
    out_bits = integer_type(0, bilinear_unit(factor) ** 2 * ((1 << bits) - 1)).bitwidth()
    expected = pack_folded(bilinear_subpixels(image, factor), channels, out_bits)
    sizes = {"height": height, "width": width, "channels": channels, "factor": factor}
    dut = bench.node(form, operator("BilinearKernel", **sizes, datatype=f"UINT{bits}"))
    result = bench.run_with_rests(dut, {"in0": source}, {"out0": expected})
    if dut.has_cycles:
        taken, given = result.transfer_cycles["in0"], result.transfer_cycles["out0"]
        assert given[0] - taken[8] == 3
        # the side with more beats per pixel never rests
        busy = taken if factor**2 <= 9 else given
        assert set(np.diff(busy)) == {1}
