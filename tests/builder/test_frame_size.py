# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Frame sizes of networks that pack blocks of pixels."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.execution import with_frame_size
from bbcu_fpga.builder.verification import check_size
from bbcu_fpga.errors import ModelError
from tests.transformation.graphs import Network


def packing(*factors: int) -> ModelWrapper:
    network = Network(height=12, width=12)
    tensor = network.quant("in0")
    for factor in factors:
        tensor = network.node("SpaceToDepth", tensor, blocksize=factor)
    return network.model(tensor)


@pytest.mark.parametrize(
    ("factors", "size"), [((), (17, 21)), ((2,), (18, 22)), ((3,), (21, 21)), ((2, 2), (20, 28))]
)
def test_passes_are_checked_on_an_odd_number_of_whole_blocks(
    factors: tuple[int, ...], size: tuple[int, int]
) -> None:
    model = packing(*factors)
    assert check_size(model) == size
    resized = with_frame_size(model, *size)
    assert resized.get_tensor_shape(resized.graph.input[0].name)[2:] == list(size)


@pytest.mark.parametrize("size", [(7, 10), (10, 7)])
def test_a_frame_with_part_of_a_block_is_refused(size: tuple[int, int]) -> None:
    reason = f"^a frame of {size[0]}x{size[1]} is not made of blocks of 2x2 pixels.*choose multiples of 2$"
    with pytest.raises(ModelError, match=reason):
        with_frame_size(packing(2), *size)
