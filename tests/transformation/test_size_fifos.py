# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SizeFifos: depths that follow from the schedule."""

from __future__ import annotations

import json

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from bbcu_fpga.transformation.single_node import single_node
from bbcu_fpga.transformation.size_fifos import MINIMUM_KEY, FifoSize, SizeFifos, fifo_sizes, needed_index
from tests.transformation.graphs import Network, integer_weights
from tests.transformation.streaming_graphs import residual_network, to_hardware

FOLDING = {"head": LayerFolding(4, 3, 4), "body": LayerFolding(4, 4, 4), "tail": LayerFolding(3, 4, 3)}


def folded(width: int = 6, kernel: int = 3) -> ModelWrapper:
    return residual_network(width=width, kernel=kernel).transform(SetFolding(FOLDING))


def by_edge(model: ModelWrapper) -> dict[tuple[str, str], FifoSize]:
    """Return the FIFOs by the names of producer and consumer."""
    return {
        (model.find_producer(tensor).name, model.find_consumers(tensor)[0].name): size
        for tensor, size in fifo_sizes(model).items()
    }


def residual(width: int, kernel: int = 3) -> FifoSize:
    return by_edge(folded(width, kernel))["head_fork", "body_epilogue"]


def test_the_residual_waits_for_the_rows_the_branch_needs() -> None:
    for width in (6, 9, 20):
        size = residual(width)
        # the window of the first pixel ends a row and a pixel later and takes a period; two are on the way
        assert size.depth > (width + 1) + 1 + 2
        assert size.depth <= 2 * width + 12
        assert size.minimum <= size.depth
    assert residual(20).depth - residual(10).depth == 10
    assert residual(20).minimum - residual(10).minimum == 10


def test_a_larger_kernel_needs_more_rows() -> None:
    more = 20 + 1  # one more row and pixel on each side, and a pixel for the longer product
    assert more <= residual(20, 5).depth - residual(20, 3).depth <= more + 1
    assert residual(20, 5).minimum - residual(20, 3).minimum == more


def test_a_pointwise_branch_needs_next_to_nothing() -> None:
    assert residual(20, 1).depth < 10


def test_only_joins_and_epilogues_get_fifos() -> None:
    edges = set(by_edge(folded()))
    assert edges == {
        ("head_epilogue", "head_fork"),
        ("head_fork", "body_epilogue"),
        ("body_epilogue", "tail_window"),
        ("tail_epilogue", "tail_shuffle"),
    }


def test_the_skip_waits_where_it_is_cheapest(tiny_hardware: ModelWrapper) -> None:
    """Before its window generator: there a pixel is one word of 24 bits, behind it nine."""
    edges = by_edge(tiny_hardware)
    assert ("input_fork", "skip_window") in edges
    assert not [edge for edge in edges if edge[0].startswith("skip_")]


def test_depths_are_written_where_finn_reads_them() -> None:
    model = folded()
    sized = model.transform(SizeFifos())
    sizes = by_edge(model)
    for node in sized.graph.node:
        operator = getCustomOp(node)
        assert operator.get_nodeattr("inFIFODepths") == [0] * len(operator.input_streams())
        for name, depth in zip(node.output, operator.get_nodeattr("outFIFODepths"), strict=True):
            consumers = sized.find_consumers(name)
            expected = sizes.get((node.name, consumers[0].name)) if consumers else None
            assert depth == (expected.depth if expected else 0)
    minimums = json.loads(sized.get_metadata_prop(MINIMUM_KEY))
    assert minimums["body_residual_fifo"] == sizes["head_fork", "body_epilogue"].minimum
    assert len(minimums) == len(sizes)


@pytest.mark.parametrize("pe", [1, 2, 4])
def test_depths_count_words_not_pixels(pe: int) -> None:
    model = residual_network(width=12).transform(SetFolding({**FOLDING, "head": LayerFolding(pe, 3, pe)}))
    size = by_edge(model)["head_fork", "body_epilogue"]
    assert size.depth % (4 // pe) == 0
    assert size.depth * pe >= 4 * (12 + 2)


def test_an_epilogue_with_more_lanes_holds_words_itself() -> None:
    """One wide word in its register, and one in the converter before it."""

    def least(pe: int) -> int:
        model = residual_network(width=12).transform(SetFolding({**FOLDING, "head": LayerFolding(pe, 3, pe)}))
        return by_edge(model)["head_fork", "body_epilogue"].minimum

    pixels = least(4) + 2  # the fork has the last word, the register another
    assert least(2) == 2 * pixels - 1 - 4
    assert least(1) == 4 * pixels - 1 - 8


def test_of_forks_in_a_row_the_branch_to_the_same_join_counts() -> None:
    """A third reader puts a fork between the residual and the fork that its other branch leaves."""
    network = Network(3, 5, 12)
    trunk = network.quant(network.convolution("in0", integer_weights(4, 3)), bits=9)
    near = network.convolution(trunk, integer_weights(4, 4, seed=1))
    first = network.quant(network.node("Add", network.quant(near, bits=9), trunk), bits=9)
    model = to_hardware(network.model(network.quant(network.node("Add", first, trunk), bits=9)))
    needed = 12 + 1 + 1  # the window of the first pixel
    assert by_edge(model)["Conv_0_fork_fork", "Conv_2_epilogue"].minimum == 4 * needed - 2


@pytest.mark.parametrize("factor", [2, 3])
def test_what_a_shuffled_pixel_needs(factor: int) -> None:
    """Later rows of a block wait in the shuffle until the whole row of blocks is in."""
    width, height = 4, 3
    shape = {"channels": 1, "width": width, "height": height, "datatype": "UINT8", "factor": factor, "PE": 1}
    node = single_node("PixelShuffle", **shape)[0].graph.node[0]
    operator = getCustomOp(node)
    for row in range(height):
        first, last = row * width, row * width + width - 1
        above = [first + column for column in range(width) for _ in range(factor)]
        expected = above + [last] * (factor - 1) * factor * width
        start = row * factor * factor * width
        assert [needed_index(node, operator, start + i) for i in range(len(expected))] == expected


def test_what_waits_in_an_unshuffle_needs_no_fifo() -> None:
    """The other branch needs three rows; the row above in the blocks, and half of the next, wait in there."""

    def least(width: int) -> int:
        network = Network(3, 6, width)
        trunk = network.quant(network.convolution("in0", integer_weights(4, 3)), bits=9)
        near = network.quant(network.convolution(trunk, integer_weights(4, 4, 5, 1)), bits=9)
        blocks = [network.node("SpaceToDepth", name, blocksize=2) for name in (near, trunk)]
        model = to_hardware(network.model(network.quant(network.node("Add", *blocks), bits=10)))
        return max(size.minimum for edge, size in by_edge(model).items() if "fork" in edge[0])

    assert least(20) - least(10) == 4 * (3 * 10 - 10 - 5)
