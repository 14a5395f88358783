# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold what follows an accumulator into an epilogue node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.custom_op.epilogue import function_tensor
from bbcu_fpga.errors import ExactnessError, ModelError
from bbcu_fpga.numerics import IntArray, PiecewiseLinear
from bbcu_fpga.transformation.channel_gather_to_convolution import is_repetition
from bbcu_fpga.transformation.elementwise_chain import ElementwiseChain, chain_from, only_consumer
from bbcu_fpga.transformation.fit_piecewise_linear import fit
from bbcu_fpga.transformation.graph_edit import (
    ACCUMULATING,
    CHANNELS_FIRST,
    CHANNELS_LAST,
    attribute,
    frame_attributes,
    hardware_node,
    new_constant,
    new_tensor,
    remove_nodes,
    transposed,
)
from bbcu_fpga.transformation.value_range import accumulator_range, accumulator_type, value_range

# float32 holds every integer up to 2**24: beyond, the float reference itself would depend on the order of its
# sums
_FLOAT_EXACT = 1 << 24


@dataclass(frozen=True)
class _Match:
    """What stands behind one matrix-vector unit, in NCHW."""

    mvu: NodeProto
    transpose: NodeProto
    branch: ElementwiseChain
    add: NodeProto | None
    total: ElementwiseChain | None
    post: ElementwiseChain | None

    @property
    def last(self) -> ElementwiseChain:
        """The chain whose end becomes the epilogue's output."""
        return self.post or self.total or self.branch

    @property
    def residual(self) -> str | None:
        """Name of the residual tensor."""
        if self.add is None:
            return None
        return next(str(name) for name in self.add.input if name != self.branch.end)


class FoldEpilogues(Transformation):
    """``Quant(post(Quant(Quant(f(acc)) + residual)))`` becomes one epilogue; exact on every integer.

    f (scales, shifts, RPReLU) is evaluated on every accumulator value that the weights and the input's range
    allow, per channel, and so is the activation behind the addition on every sum; `fit_piecewise_linear`
    finds the integers.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold the epilogue of the first unit in stream order that has none.

        Raises:
            ExactnessError: no function of one breakpoint reproduces a chain, or float32 cannot hold the sums.
            ModelError: the addition does not simply saturate to the branch's range.
        """
        for node in model.graph.node:
            if node.op_type in ACCUMULATING:
                match = _match(model, node)
                if match is not None:
                    _rewrite(model, match)
                    return model, True
        return model, False


def _match(model: ModelWrapper, mvu: NodeProto) -> _Match | None:
    transpose = only_consumer(model, mvu.output[0])
    if transpose is None or transpose.op_type != "Transpose":
        return None
    branch = chain_from(model, transpose.output[0])
    if branch is None or branch.is_binary:
        return None
    add, total = only_consumer(model, branch.end), None
    if (
        add is not None
        and add.op_type == "Add"
        and all(model.get_initializer(name) is None for name in add.input)
    ):
        total = chain_from(model, add.output[0])
    if total is None or total.is_binary or branch.clips:
        add, total = None, None
    post = chain_from(model, (total or branch).end)
    return _Match(mvu, transpose, branch, add, total, None if post is None or post.is_binary else post)


def _rewrite(model: ModelWrapper, match: _Match) -> None:
    layer = match.mvu.name.removesuffix("_mvu").removesuffix("_unit")
    channels = model.get_tensor_shape(match.branch.end)[1]
    low, high = _accumulator_range(model, match.mvu, layer)
    pre, reached = _fit(match.branch, low, high, layer)
    post = None
    if match.total is not None:
        _check_saturates(match.total, match.branch, layer)
    if match.post is not None:
        post, reached = _fit(match.post, np.full(channels, pre.low), np.full(channels, pre.high), layer)
    elif match.total is not None:
        reached = (pre.low, pre.high)
    _insert(model, match, layer, pre, post, reached)


def _accumulator_range(model: ModelWrapper, mvu: NodeProto, layer: str) -> tuple[IntArray, IntArray]:
    """Return the reachable accumulators per channel, and narrow the unit's accumulator type to them."""
    weights = np.rint(model.get_initializer(mvu.input[1])).astype(np.int64)
    low, high = accumulator_range(weights, *value_range(model, mvu.input[0]))
    largest = max(-int(low.min()), int(high.max()))
    if largest > _FLOAT_EXACT:
        raise ExactnessError(
            f"layer {layer}: its sums reach {largest}, beyond the {_FLOAT_EXACT} that float32 holds exactly,"
            " so the float reference is not defined to the bit; use fewer trunk or weight bits"
        )
    operator, kind = getCustomOp(mvu), accumulator_type(low, high)
    operator.set_nodeattr("accumulator_datatype", kind.name)
    model.set_tensor_datatype(mvu.output[0], kind)
    return low, high


def _fit(
    chain: ElementwiseChain, low: IntArray, high: IntArray, layer: str
) -> tuple[PiecewiseLinear, tuple[int, int]]:
    """Return the integer function of a chain, and the levels it reaches."""
    tables = chain.tables(low.size, low, high)
    levels = np.concatenate([table.level for table in tables])
    return fit(tables, *chain.output_range, layer), (int(levels.min()), int(levels.max()))


def _check_saturates(total: ElementwiseChain, branch: ElementwiseChain, layer: str) -> None:
    """Check on every sum of two integers of the trunk that the addition only saturates."""
    low, high = branch.output_range
    (table,) = total.tables(1, np.array([2 * low]), np.array([2 * high]))
    saturated = [np.clip(ends, low, high) for ends in (table.first, table.last)]
    if total.output_range != (low, high) or any((ends != table.level).any() for ends in saturated):
        raise ModelError(
            f"layer {layer}: the sum of branch and residual is not quantized as the branch is"
            f" (range {low}..{high}); use one trunk quantizer on the branch and on the sum"
        )


def _insert(
    model: ModelWrapper,
    match: _Match,
    layer: str,
    pre: PiecewiseLinear,
    post: PiecewiseLinear | None,
    reached: tuple[int, int],
) -> None:
    inputs, attributes = [match.mvu.output[0]], {}
    if match.residual is not None:
        residual, repeat = _without_repeat(model, match.residual)
        inputs.append(transposed(model, residual, CHANNELS_LAST))
        kind = integer_type(*value_range(model, residual))
        attributes = {"residual_datatype": kind.name, "repeat": repeat}
    inputs += [
        new_constant(model, function_tensor(function)) for function in (pre, post) if function is not None
    ]
    # a single function reaches what leaves; before an addition or a second one it saturates to its quantizer
    sum_range = reached if match.last is match.branch else (pre.low, pre.high)
    end = match.last.end
    shape = model.get_tensor_shape(end)
    out = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST])
    node = hardware_node(
        "Epilogue",
        inputs,
        out,
        f"{layer}_epilogue",
        **frame_attributes(model, end),
        channels=shape[1],
        accumulator_datatype=model.get_tensor_datatype(match.mvu.output[0]).name,
        residual=int(match.residual is not None),
        pre_shift=pre.shift,
        sum_low=sum_range[0],
        sum_high=sum_range[1],
        post=int(post is not None),
        post_shift=post.shift if post else 0,
        out_low=reached[0],
        out_high=reached[1],
        **attributes,
    )
    chains = [chain for chain in (match.branch, match.total, match.post) if chain is not None]
    remove_nodes(model, [match.transpose, *([match.add] if match.add else [])])
    for chain in chains:
        remove_nodes(model, chain.all_nodes)
    model.graph.node.append(node)
    model.set_tensor_datatype(out, integer_type(*reached))
    transposed(model, out, CHANNELS_FIRST, end)
    model.set_tensor_datatype(end, integer_type(*reached))


def _without_repeat(model: ModelWrapper, residual: str) -> tuple[str, int]:
    """Look through a Gather that repeats all channels r times in a row: return its input and r."""
    gather = model.find_producer(residual)
    if gather is None or gather.op_type != "Gather" or attribute(gather, "axis", 0) != 1:
        return residual, 1
    order = model.get_initializer(gather.input[1])
    channels = model.get_tensor_shape(gather.input[0])[1]
    if order is None or not is_repetition(order, channels):
        return residual, 1
    if only_consumer(model, residual) is not None:
        model.graph.node.remove(gather)
    return str(gather.input[0]), order.size // channels
