# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""ReshapesToSpaceToDepth: the reshapes of an exported pixel_unshuffle."""

import pytest

from brevitas_models.space_to_depth import ReshapesToSpaceToDepth
from tests.transformation.graphs import Network, assert_equal_values, operators, rewrite

BLOCKS = (0, 1, 3, 5, 2, 4)


def _unshuffle(network: Network, x: str, factor: int, perm: tuple[int, ...] = BLOCKS) -> tuple[str, str]:
    """Append the three nodes; return what the first and the last of them give."""
    batch, channels, height, width = network.shape
    split = [batch, channels, height // factor, factor, width // factor, factor]
    packed = [batch, channels * factor**2, height // factor, width // factor]
    blocks = network.node("Reshape", x, network.constant(split, "INT64"))
    moved = network.node("Transpose", blocks, perm=list(perm))
    return blocks, network.node("Reshape", moved, network.constant(packed, "INT64"))


@pytest.mark.parametrize("factor", [2, 3])
def test_reshapes_become_an_operator_of_any_frame_size(factor: int) -> None:
    network = Network(channels=3, height=2 * factor, width=3 * factor)
    model = network.model(_unshuffle(network, "in0", factor)[1])
    rewritten, count = rewrite(model, ReshapesToSpaceToDepth())
    assert count == 1
    assert operators(rewritten) == {"SpaceToDepth": 1, "Gather": 1}
    assert_equal_values(model, rewritten)


def test_two_of_them_have_names_of_their_own() -> None:
    network = Network(height=4, width=6)
    first, second = (_unshuffle(network, "in0", 2)[1] for _ in range(2))
    model = network.model(network.node("Add", first, second))
    rewritten, count = rewrite(model, ReshapesToSpaceToDepth())
    assert count == 2
    assert {n.name for n in rewritten.get_nodes_by_op_type("SpaceToDepth")} == {"unshuffle", "unshuffle_1"}
    assert_equal_values(model, rewritten)


@pytest.mark.parametrize("obstacle", ["order", "reader"])
def test_what_stays(obstacle: str) -> None:
    network = Network(channels=4, height=4, width=4)
    blocks, packed = _unshuffle(network, "in0", 2, (0, 3, 5, 1, 2, 4) if obstacle == "order" else BLOCKS)
    if obstacle == "reader":
        packed = network.node(
            "Add", packed, network.node("Reshape", blocks, network.constant([1, 16, 2, 2], "INT64"))
        )
    assert rewrite(network.model(packed), ReshapesToSpaceToDepth())[1] == 0
