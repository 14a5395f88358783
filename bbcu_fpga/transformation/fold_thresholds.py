# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold the shift and sign before a binary convolution into thresholds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.transformation.elementwise_chain import ElementwiseChain, chain_from, only_consumer, thresholds
from bbcu_fpga.transformation.graph_edit import (
    ACCUMULATING,
    CHANNELS_FIRST,
    CHANNELS_LAST,
    frame_attributes,
    hardware_node,
    is_output,
    new_constant,
    new_tensor,
    remove_nodes,
    transposed,
)
from bbcu_fpga.transformation.value_range import value_range


class FoldThresholds(Transformation):
    """``sign(s*x + m_c) = (x >= t_c)`` with integer t_c, exact: every x in range is evaluated.

    A channel whose sign falls (a normalization with a negative scale) is ``-(x >= t_c)``. The minus moves
    into that channel's weights of the binary convolutions behind; a tap outside the image contributes 0
    either way.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one chain that ends in a sign.

        Raises:
            ExactnessError: a channel's sign is not one step, or falls and feeds no binary convolution.
        """
        for quantizer in model.get_nodes_by_op_type("BipolarQuant"):
            chain = _chain_before(model, quantizer)
            if chain is not None:
                _rewrite(model, chain)
                return model, True
        return model, False


def _chain_before(model: ModelWrapper, quantizer: NodeProto) -> ElementwiseChain | None:
    """Return the chain from an integer tensor to this sign."""
    node, tensor = quantizer, quantizer.input[0]
    while not model.get_tensor_datatype(tensor).is_integer():
        node = model.find_producer(tensor)
        if node is None:
            return None
        tensor = node.input[0]
    return chain_from(model, tensor, node)


def _rewrite(model: ModelWrapper, chain: ElementwiseChain) -> None:
    shape = model.get_tensor_shape(chain.start)
    low, high = value_range(model, chain.start)
    tables = chain.tables(shape[1], np.full(shape[1], low), np.full(shape[1], high))
    levels, falling = thresholds(tables, chain.quantizer.name)
    if falling.any():
        _negate_weights(model, chain, falling)
    kind = integer_type(min(int(levels.min()), -1), int(levels.max())).name
    bits = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST], like=chain.end)
    node = hardware_node(
        "Threshold",
        [transposed(model, chain.start, CHANNELS_LAST), new_constant(model, levels.astype(np.float32), kind)],
        bits,
        _layer_name(model, chain),
        **frame_attributes(model, chain.start),
        channels=shape[1],
        datatype=integer_type(low, high).name,
        threshold_datatype=kind,
    )
    remove_nodes(model, chain.all_nodes)
    model.graph.node.append(node)
    transposed(model, bits, CHANNELS_FIRST, chain.end)


def _negate_weights(model: ModelWrapper, chain: ElementwiseChain, falling: NDArray[np.bool_]) -> None:
    """Change the sign of these input channels in every binary convolution that reads the chain's bits."""
    units = _readers(model, chain.end)
    others = [node for node in units if not _is_binary(node)]
    if others or is_output(model, chain.end):
        reader = others[0].name if others else "the graph's output"
        raise ExactnessError(
            f"node {chain.quantizer.name}, channel {int(np.flatnonzero(falling)[0])}: its sign falls, and"
            f" {reader} is no binary convolution whose weights could change their sign; keep the scale before"
            " this sign positive"
        )
    for unit in units:
        weights, factor = model.get_initializer(unit.input[1]), np.where(falling, -1, 1)
        if unit.op_type == "DepthwiseUnit":  # rows channel, columns tap
            factor = factor[:, None]
        else:  # columns (tap, channel)
            factor = np.tile(factor, weights.shape[1] // falling.size)
        model.set_initializer(unit.input[1], (weights * factor).astype(np.float32))


def _is_binary(node: NodeProto) -> bool:
    """Tell whether a node is a binary convolution."""
    if node.op_type not in ACCUMULATING:
        return False
    return bool(getCustomOp(node).get_nodeattr("input_datatype") == "BIPOLAR")


def _readers(model: ModelWrapper, tensor: str) -> list[NodeProto]:
    """Return the nodes that read a tensor behind Transposes and window generators."""
    found = []
    for node in model.find_consumers(tensor):
        through = node.op_type in ("Transpose", "WindowGenerator")
        found += _readers(model, node.output[0]) if through else [node]
    return found


def _layer_name(model: ModelWrapper, chain: ElementwiseChain) -> str:
    """Name the threshold after the convolution it feeds."""
    node = only_consumer(model, chain.end)
    while node is not None and node.op_type == "Transpose":
        node = only_consumer(model, node.output[0])
    if node is None or not node.name.endswith("_window"):
        return f"{chain.quantizer.name}_threshold"
    return f"{node.name.removesuffix('_window')}_threshold"
