# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold sums of two streams, and activations of a stream, into epilogues that no accumulator precedes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.custom_op.epilogue import function_tensor
from bbcu_fpga.errors import ExactnessError
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

# float32 holds every integer up to 2**24
_FLOAT_EXACT = 1 << 24


@dataclass(frozen=True)
class _Match:
    """A chain behind the stream `late`, or the sum with the stream `early` and what saturates it; NCHW."""

    late: str
    chain: ElementwiseChain | None
    early: str | None = None
    add: NodeProto | None = None

    @property
    def nodes(self) -> list[NodeProto]:
        """All nodes that the epilogue replaces."""
        return [*([self.add] if self.add else []), *(self.chain.all_nodes if self.chain else [])]

    @property
    def end(self) -> str:
        """Name of the result."""
        return str(self.nodes[-1].output[0])

    @property
    def place(self) -> str:
        """The node to name in a refusal."""
        return f"node {self.nodes[0].name or self.nodes[0].output[0]} ({self.nodes[0].op_type})"


class FoldStreamEpilogues(Transformation):
    """``a + b``, ``Quant(a + b)`` and ``Quant(f(a))`` of integer streams become epilogues.

    The stream a stands for the accumulator. Long skips are such sums: both sides are trunk streams; so are
    the accumulators of a convolution that was split. The later side is a, so that the FIFO of the residual
    is the deep one. f is evaluated on every integer in range; what follows a sum and does more than saturate
    is such an f.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold the first sum or activation in stream order.

        Raises:
            ExactnessError: no function of one breakpoint reproduces an activation, or a sum is too large.
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
    order = [node.output[0] for node in model.graph.node]
    late, early = sorted(add.input, key=order.index, reverse=True)
    largest = max(abs(end) for end in _sum_range(model, late, early))
    if largest > _FLOAT_EXACT:
        raise ExactnessError(
            f"node {add.name or add.output[0]} (Add): sums reach {largest}, float32 is exact below"
            f" {_FLOAT_EXACT}; use fewer trunk or weight bits"
        )
    chain = chain_from(model, add.output[0])
    saturates = chain is not None and not chain.is_binary and _saturates(model, chain, late, early)
    return _Match(late, chain if saturates else None, early, add)


def _activation_match(model: ModelWrapper, node: NodeProto) -> _Match | None:
    if not node.input or not _is_stream(model, node.input[0]):
        return None
    chain = chain_from(model, node.input[0], node)
    return None if chain is None or chain.is_binary else _Match(chain.start, chain)


def _is_stream(model: ModelWrapper, tensor: str) -> bool:
    """Tell whether a tensor holds integers that hardware computes."""
    producer = model.find_producer(tensor)
    return producer is not None and producer.op_type == "Transpose" and _is_integer(model, tensor)


def _is_integer(model: ModelWrapper, tensor: str) -> bool:
    kind = model.get_tensor_datatype(tensor)
    return bool(kind.is_integer() and kind.name != "BIPOLAR")


def _rewrite(model: ModelWrapper, match: _Match) -> None:
    pre = _saturation(model, match) if match.add else _activation(model, match)
    end = match.end
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
    remove_nodes(model, match.nodes)
    model.graph.node.append(node)
    kind = integer_type(pre.low, pre.high)
    model.set_tensor_datatype(out, kind)
    transposed(model, out, CHANNELS_FIRST, end)
    model.set_tensor_datatype(end, kind)


def _sum_range(model: ModelWrapper, late: str, early: str) -> tuple[int, int]:
    """Return the least and the largest sum of two streams."""
    (a, b), (c, d) = value_range(model, late), value_range(model, early)
    return a + c, b + d


def _saturates(model: ModelWrapper, chain: ElementwiseChain, late: str, early: str) -> bool:
    """Tell whether a chain only saturates every possible sum, and the late stream alone is in its range."""
    low, high = chain.output_range
    least, most = value_range(model, late)
    if least < low or most > high:
        return False
    channels = model.get_tensor_shape(chain.end)[1]
    ends = [np.full(channels, value) for value in _sum_range(model, late, early)]
    return all(
        (np.clip(values, low, high) == table.level).all()
        for table in chain.tables(channels, *ends)
        for values in (table.first, table.last)
    )


def _saturation(model: ModelWrapper, match: _Match) -> PiecewiseLinear:
    """Return the identity on the late stream with the range of the sum, to which it saturates."""
    assert match.early is not None
    ends = _sum_range(model, match.late, match.early)
    low, high = match.chain.output_range if match.chain else ends
    return PiecewiseLinear.saturation(model.get_tensor_shape(match.late)[1], low, high)


def _activation(model: ModelWrapper, match: _Match) -> PiecewiseLinear:
    assert match.chain is not None
    channels = model.get_tensor_shape(match.late)[1]
    low, high = value_range(model, match.late)
    tables = match.chain.tables(channels, np.full(channels, low), np.full(channels, high))
    function = fit(tables, *match.chain.output_range, match.place)
    levels = np.concatenate([table.level for table in tables])
    return replace(function, low=int(levels.min()), high=int(levels.max()))  # no other level is reached


def _name(model: ModelWrapper, match: _Match) -> str:
    """Name the node after the layer that makes its later stream."""
    producer = model.find_producer(match.late)
    while producer is not None and producer.op_type == "Transpose":
        producer = model.find_producer(producer.input[0])
    layer = (
        "input"
        if producer is None
        else producer.name.removesuffix("_epilogue").removesuffix("_mvu").removesuffix("_unit")
    )
    layer = f"{layer}_{'sum' if match.add else 'activation'}"
    names = {node.name for node in model.graph.node}
    number = next(n for n in range(1, len(names) + 2) if f"{layer}{n if n > 1 else ''}_epilogue" not in names)
    return f"{layer}{number if number > 1 else ''}_epilogue"
