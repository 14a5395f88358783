# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""bilinear_kernel: the four sub-pixels in sixteenths, borders clamped; nine cycles per pixel."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import bilinear_subpixels
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, flagged_windows, pack_folded, random_integers

FRAMES = 2
SHAPES = [(3, 8, 4, 5), (1, 5, 3, 2), (2, 4, 1, 6), (1, 8, 1, 1)]  # channels, bits, height, width


@pytest.mark.parametrize(
    ("form", "channels", "bits", "height", "width"), in_both_forms(SHAPES, hls=(0,), slow=(1,))
)
def test_subpixels(bench: Bench, form: str, channels: int, bits: int, height: int, width: int) -> None:
    rng = np.random.default_rng(bits)
    image = random_integers(rng, (FRAMES, height, width, channels), bits, signed=False)
    image[1] = (1 << bits) - 1  # white: the largest sums
    source = dirty_padding(rng, flagged_windows(image, 3, channels, bits), channels * bits + 1)
    expected = pack_folded(bilinear_subpixels(image), channels, bits + 4)
    sizes = {"height": height, "width": width, "channels": channels}
    dut = bench.node(form, operator("BilinearKernel", **sizes, datatype=f"UINT{bits}"))
    result = bench.run_with_rests(dut, {"in0": source}, {"out0": expected})
    if dut.has_cycles:
        assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][8] == 2
        assert set(np.diff(result.transfer_cycles["in0"])) == {1}
