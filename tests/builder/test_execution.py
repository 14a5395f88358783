# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pictures of one and of three channels through graphs, and graphs that take no picture."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.builder.execution import check_reference, colours, execute, is_channels_last
from bbcu_fpga.builder.verification import verification_frames
from bbcu_fpga.errors import ModelError
from tests.custom_op.operators import single_node
from tests.transformation.graphs import Network


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("height", "width"), [(5, 6), (1, 3), (3, 1), (1, 1)])
def test_layouts_are_told_apart_whatever_the_size(channels: int, height: int, width: int) -> None:
    frames = verification_frames(height, width, channels)
    assert frames.shape == (1, height, width, channels)
    network = Network(channels, height, width)
    reference = network.model(network.quant("in0", signed=False))
    stream, _ = single_node(
        "PixelShuffle", channels=channels, factor=1, height=height, width=width, datatype="UINT8"
    )
    for model, last in ((reference, False), (stream, True)):
        assert (is_channels_last(model), colours(model)) == (last, channels)
        np.testing.assert_array_equal(execute(model, frames), frames)
    check_reference(reference, "graph.onnx")


def test_test_pictures_hold_noise_and_a_ramp() -> None:
    grey, colour = (verification_frames(17, 21, channels) for channels in (1, 3))
    assert len(np.unique(grey[0, :8])) > 50 and len(np.unique(colour[0, :8])) > 50
    assert grey.max() == 255 and len(np.unique(grey[0, 8:])) > 5


@pytest.mark.parametrize("shape", [[1, 4, 5, 6], [1, 5, 6, 3], [2, 3, 5, 6]])
def test_what_is_no_picture_is_refused(shape: list[int]) -> None:
    network = Network()
    network.shape = shape
    model = network.model(network.quant("in0", signed=False))
    with pytest.raises(
        ModelError, match=r"^graph.onnx: the input has shape \[.*3 channels \(RGB\) or 1 \(Y\)"
    ):
        check_reference(model, "graph.onnx")
