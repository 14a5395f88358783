# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pixel shuffle and unshuffle, bilinear kernel and stream fork: pixels that move, and what lies between."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from bbcu_fpga.custom_op.pixel_shuffle import PixelShuffle
from bbcu_fpga.custom_op.pixel_unshuffle import PixelUnshuffle
from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from bbcu_fpga.errors import FoldingError
from tests.custom_op.operators import HEIGHT, WIDTH, execute, random_tensor, single_node


@pytest.mark.parametrize("factor", [2, 3])
def test_subpixels_move_to_space(factor: int) -> None:
    model, operator = single_node("PixelShuffle", channels=3, factor=factor, datatype="INT9")
    values = random_tensor(operator)
    result = execute(model, values)
    assert result.shape == (1, factor * HEIGHT, factor * WIDTH, 3)
    for (_, row, column, channel), actual in np.ndenumerate(result):
        part = row % factor * factor + column % factor
        assert actual == values[0, row // factor, column // factor, part * 3 + channel]


def test_the_shuffle_module_counts_words() -> None:
    model, operator = single_node("PixelShuffle_rtl", channels=6, factor=2, PE=3, datatype="INT9")
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    assert module.name == "pixel_shuffle"
    assert module.parameters == {"BEAT_BITS": 27, "FOLDS": 2, "WIDTH": WIDTH, "FACTOR": 2}
    assert module.memories == {}


@pytest.mark.parametrize("pe", [1, 3])
@pytest.mark.parametrize("factor", [2, 3])
def test_each_sub_row_waits_one_input_row_longer(pe: int, factor: int) -> None:
    _, operator = single_node("PixelShuffle", channels=6, factor=factor, PE=pe, datatype="INT9")
    assert isinstance(operator, PixelShuffle)
    words_per_row, depths = WIDTH * (6 // pe), np.array(operator.fifo_depths())
    np.testing.assert_array_equal(np.diff(depths), words_per_row)
    assert depths[0] > (factor - 1) * words_per_row


@pytest.mark.parametrize("factor", [2, 3])
def test_blocks_move_to_channels(factor: int) -> None:
    frame = {"height": 2 * factor, "width": 3 * factor}
    model, operator = single_node("PixelUnshuffle", **frame, channels=3, factor=factor, datatype="INT9")
    values = random_tensor(operator)
    result = execute(model, values)
    assert result.shape == (1, 2, 3, 3 * factor**2)
    for (_, row, column, channel), expected in np.ndenumerate(values):
        part = row % factor * factor + column % factor
        assert result[0, row // factor, column // factor, part * 3 + channel] == expected


def test_the_unshuffle_module_counts_words() -> None:
    sizes = {"width": 6, "channels": 6, "factor": 2, "PE": 3, "datatype": "INT9"}
    model, operator = single_node("PixelUnshuffle_rtl", **sizes)
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    assert module.name == "pixel_unshuffle"
    assert module.parameters == {"BEAT_BITS": 27, "FOLDS": 2, "WIDTH": 6, "FACTOR": 2}
    assert module.memories == {}


@pytest.mark.parametrize("frame", [{"height": 3, "width": 6}, {"height": 4, "width": 5}], ids=str)
def test_a_frame_that_is_not_made_of_blocks_is_refused(frame: dict[str, int]) -> None:
    _, operator = single_node("PixelUnshuffle", **frame, channels=3, factor=2, datatype="INT9")
    size = f"{frame['height']}x{frame['width']}"
    with pytest.raises(FoldingError, match=f"^layer body: a frame of {size} .* choose multiples of 2"):
        operator.check_folding()


@pytest.mark.parametrize("pe", [1, 3])
@pytest.mark.parametrize("factor", [2, 3, 4])
def test_a_row_of_blocks_waits_less_the_later_it_comes(pe: int, factor: int) -> None:
    width, folds = 3 * factor, 6 // pe
    _, operator = single_node(
        "PixelUnshuffle", width=width, channels=6, factor=factor, PE=pe, datatype="INT9"
    )
    assert isinstance(operator, PixelUnshuffle)
    depths = np.array(operator.fifo_depths())
    np.testing.assert_array_equal(np.diff(depths), -width // factor * folds)
    # until the last row comes, all others wait whole
    assert (depths[:-1] > width * folds).all()


@pytest.mark.parametrize(
    ("factor", "unit", "element"), [(2, 16, "UINT12"), (3, 9, "UINT12"), (4, 64, "UINT14")]
)
def test_kernel_and_shuffle_are_pytorchs_bilinear_upsampling(factor: int, unit: int, element: str) -> None:
    window, generator = single_node("WindowGenerator", channels=3, kernel=3, flag=1, datatype="UINT8")
    kernel, operator = single_node("BilinearKernel", channels=3, factor=factor, datatype="UINT8")
    shuffle, _ = single_node("PixelShuffle", channels=3, factor=factor, datatype=element)
    assert operator.get_output_datatype().name == element
    assert operator.get_exp_cycles() == HEIGHT * WIDTH * max(9, factor**2)
    image = random_tensor(generator)
    result = execute(shuffle, execute(kernel, execute(window, image)))
    pixels = torch.from_numpy(image.transpose(0, 3, 1, 2).astype(np.float64))
    large = functional.interpolate(pixels, scale_factor=factor, mode="bilinear", align_corners=False)
    np.testing.assert_array_equal(result, np.rint(unit * large.numpy().transpose(0, 2, 3, 1)))


def test_the_kernel_module() -> None:
    model, operator = single_node("BilinearKernel_rtl", channels=3, factor=4, datatype="UINT8")
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    assert (module.name, module.parameters, module.memories) == (
        "bilinear_kernel",
        {"CHANNELS": 3, "BITS": 8, "FACTOR": 4},
        {},
    )


def test_a_fork_gives_two_copies() -> None:
    model, operator = single_node("StreamFork", channels=6, PE=3, datatype="INT9")
    values = random_tensor(operator)
    for output in ("out0", "out1"):
        np.testing.assert_array_equal(execute(model, values, output=output), values)


def test_the_fork_module_is_as_wide_as_its_padded_word() -> None:
    model, operator = single_node("StreamFork_rtl", channels=6, PE=3, datatype="INT9")
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    assert (module.name, module.parameters) == ("stream_fork", {"WIDTH": 32})  # 27 bits
