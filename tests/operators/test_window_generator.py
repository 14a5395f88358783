# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""window_generator: every tap of every window, exact zeros outside, no bubble at any border."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.numerics import extract_windows
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.errors import LintError
from bbcu_fpga.sim.job import Pattern, Scenario
from bbcu_fpga.sim.verilator import lint
from tests.operators.bench import RTL, Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, flagged_windows, pack_folded, random_integers

SHAPES = [  # bits, SIMD, channels, height, width, kernel, flag
    (1, 8, 16, 6, 5, 3, 1),
    (8, 3, 3, 5, 7, 3, 0),
    (4, 1, 3, 3, 3, 3, 1),
    (1, 16, 16, 7, 9, 5, 1),
    (3, 2, 4, 4, 6, 1, 1),  # K = 1 passes pixels through
    (2, 2, 4, 2, 1, 3, 1),  # smaller than the kernel
    (1, 4, 4, 1, 4, 5, 0),
]
FRAMES = 3


def make(shape: tuple[int, ...]) -> tuple[ModelWrapper, np.ndarray, np.ndarray]:
    """Return the operator, the input words and the expected words of FRAMES frames."""
    bits, simd, channels, height, width, kernel, flag = shape
    rng = np.random.default_rng(sum(shape))
    image = random_integers(rng, (FRAMES, height, width, channels), bits, signed=False)
    if flag:
        expected = flagged_windows(image, kernel, simd, bits)
    else:
        expected = pack_folded(extract_windows(image, kernel), simd, bits)
    source = dirty_padding(rng, pack_folded(image, simd, bits), simd * bits)
    sizes = {"height": height, "width": width, "channels": channels, "SIMD": simd}
    element = "BINARY" if bits == 1 else f"UINT{bits}"
    model = operator("WindowGenerator", **sizes, kernel=kernel, flag=flag, datatype=element)
    return model, source, expected


@pytest.mark.parametrize(("form", "shape"), in_both_forms([(shape,) for shape in SHAPES], hls=(0, 1, 5)))
def test_windows(bench: Bench, form: str, shape: tuple[int, ...]) -> None:
    model, source, expected = make(shape)
    dut = bench.node(form, model)
    result = bench.run_with_rests(dut, {"in0": source}, {"out0": expected}, frames=FRAMES)
    if not dut.has_cycles:
        return
    # the first window starts 3 cycles after the last pixel it needs, and from there to the very last there is
    # one beat per cycle: no bubble at row and frame borders
    _, simd, channels, height, width, kernel, _ = shape
    corner = min(kernel // 2, height - 1) * width + min(kernel // 2, width - 1)
    arrival = result.transfer_cycles["in0"][(corner + 1) * (channels // simd) - 1]
    assert result.transfer_cycles["out0"][0] - arrival == 3
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}


@pytest.mark.parametrize("shape", SHAPES[:5], ids=str)
def test_keeps_pace_with_one_pixel_per_window(bench: Bench, shape: tuple[int, ...]) -> None:
    """Input at exactly the output's rate: the frame takes exactly its windows' cycles."""
    model, source, expected = make(shape)
    *_, kernel, _ = shape
    (result,) = bench.run(
        bench.node(RTL, model),
        [Scenario(idle={"in0": Pattern(every=kernel * kernel)})],
        inputs={"in0": source},
        expected={"out0": expected},
        frames=FRAMES,
    )
    assert result.cycles_per_frame() == len(expected) // FRAMES


def test_refuses_an_even_kernel() -> None:
    with pytest.raises(LintError, match="KERNEL must be odd"):
        lint(module_sources("window_generator"), "window_generator", {"KERNEL": 2})
