# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold sums of two streams, and activations of a stream, into epilogues that no accumulator precedes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.custom_op.epilogue import function_tensor
from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.numerics import PiecewiseLinear
from bbcu_fpga.transformation.elementwise_chain import ElementwiseChain, chain_from
from bbcu_fpga.transformation.fit_piecewise_linear import fit
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    frame_attributes,
    hardware_node,
    new_constant,
    new_tensor,
    remove_nodes,
    transposed,
)
from bbcu_fpga.transformation.value_range import value_range


@dataclass(frozen=True)
class _Match:
    """A chain behind the stream `late`, or behind its sum with the stream `early`; NCHW."""

    chain: ElementwiseChain
    late: str
    early: str | None = None
    add: NodeProto | None = None

    @property
    def place(self) -> str:
        """The node to name in a refusal."""
        node = self.add or self.chain.all_nodes[0]
        return f"node {node.name or node.output[0]} ({node.op_type})"


class FoldStreamEpilogues(Transformation):
    """``Quant(a + b)`` and ``Quant(f(a))`` of integer streams become epilogues; a stands for the accumulator.

    Long skips are such sums: both sides are trunk streams. The later one is the accumulator, so that the
    FIFO of the residual is the deep one. A sum only saturates; f is evaluated on every integer in range.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold the first sum or activation in stream order.

        Raises:
            UnsupportedOperatorError: a sum that does more than saturate, or no signed stream to start from.
            ExactnessError: no function of one breakpoint reproduces an activation.
        """
        for node in model.graph.node:
            match = _sum_match(model, node) or _activation_match(model, node)
            if match is not None:
                _rewrite(model, match)
                return model, True
        return model, False


def _sum_match(model: ModelWrapper, add: NodeProto) -> _Match | None:
    if add.op_type != "Add" or not all(_is_stream(model, name) for name in add.input):
        return None
    chain = chain_from(model, add.output[0])
    if chain is None or chain.is_binary:
        return None
    order = [node.output[0] for node in model.graph.node]
    # an unsigned stream is no accumulator; among signed ones the later is
    late, early = sorted(
        add.input, key=lambda name: (value_range(model, name)[0] < 0, order.index(name)), reverse=True
    )
    return _Match(chain, late, early, add)


def _activation_match(model: ModelWrapper, node: NodeProto) -> _Match | None:
    if not node.input or not _is_stream(model, node.input[0]):
        return None
    chain = chain_from(model, node.input[0], node)
    return None if chain is None or chain.is_binary else _Match(chain, chain.start)


def _is_stream(model: ModelWrapper, tensor: str) -> bool:
    """Tell whether a tensor holds integers that hardware computes."""
    producer = model.find_producer(tensor)
    return producer is not None and producer.op_type == "Transpose" and _is_integer(model, tensor)


def _is_integer(model: ModelWrapper, tensor: str) -> bool:
    kind = model.get_tensor_datatype(tensor)
    return bool(kind.is_integer() and kind.name != "BIPOLAR")


def _rewrite(model: ModelWrapper, match: _Match) -> None:
    low, high = value_range(model, match.late)
    if low >= 0:
        raise UnsupportedOperatorError(
            f"{match.place}: no input is signed (range {low}..{high}); an epilogue starts from a signed"
            " stream"
        )
    pre = _saturation(model, match) if match.add else _activation(model, match)
    end = match.chain.end
    shape = model.get_tensor_shape(end)
    inputs = [transposed(model, match.late, CHANNELS_LAST)]
    attributes = {}
    if match.early is not None:
        inputs.append(transposed(model, match.early, CHANNELS_LAST))
        attributes = {"residual_datatype": model.get_tensor_datatype(match.early).name}
    out = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST])
    node = hardware_node(
        "Epilogue",
        [*inputs, new_constant(model, function_tensor(pre))],
        out,
        _name(model, match),
        **frame_attributes(model, end),
        channels=shape[1],
        accumulator_datatype=model.get_tensor_datatype(match.late).name,
        residual=int(match.early is not None),
        pre_shift=pre.shift,
        sum_low=pre.low,
        sum_high=pre.high,
        post=0,
        out_low=pre.low,
        out_high=pre.high,
        **attributes,
    )
    remove_nodes(model, [*([match.add] if match.add else []), *match.chain.all_nodes])
    model.graph.node.append(node)
    kind = integer_type(pre.low, pre.high)
    model.set_tensor_datatype(out, kind)
    transposed(model, out, CHANNELS_FIRST, end)
    model.set_tensor_datatype(end, kind)


def _saturation(model: ModelWrapper, match: _Match) -> PiecewiseLinear:
    """Check on every possible sum that the chain only saturates, and the late stream alone does not."""
    ranges = np.array([value_range(model, name) for name in (match.late, match.early) if name])
    low, high = match.chain.output_range
    channels = model.get_tensor_shape(match.chain.end)[1]
    least, most = ranges.sum(axis=0)
    tables = match.chain.tables(channels, np.full(channels, least), np.full(channels, most))
    clips = all(
        (np.clip(ends, low, high) == table.level).all()
        for table in tables
        for ends in (table.first, table.last)
    )
    if not clips or ranges[0, 0] < low or ranges[0, 1] > high:
        raise UnsupportedOperatorError(
            f"{match.place}: the sum of streams of ranges {ranges.tolist()} is not simply saturated to"
            f" {low}..{high}; quantize both and the sum with one trunk quantizer"
        )
    return PiecewiseLinear.saturation(channels, low, high)


def _activation(model: ModelWrapper, match: _Match) -> PiecewiseLinear:
    channels = model.get_tensor_shape(match.late)[1]
    low, high = value_range(model, match.late)
    tables = match.chain.tables(channels, np.full(channels, low), np.full(channels, high))
    return fit(tables, *match.chain.output_range, match.place)


def _name(model: ModelWrapper, match: _Match) -> str:
    """Name the node after the layer that makes its later stream."""
    producer = model.find_producer(match.late)
    while producer is not None and producer.op_type == "Transpose":
        producer = model.find_producer(producer.input[0])
    layer = "input" if producer is None else producer.name.removesuffix("_epilogue")
    return f"{layer}_{'sum' if match.add else 'activation'}_epilogue"
