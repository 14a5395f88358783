# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Refuse what has no hardware form."""

from __future__ import annotations

from finn.util.fpgadataflow import is_fpgadataflow_node
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.elementwise_chain import ELEMENTWISE

SUPPORTED = (
    "Conv (odd square kernel, zero padding, stride 1, dense or depthwise) with Quant or BipolarQuant weights;"
    " Mul, Div, Add, Sub, PRelu, LeakyRelu, Relu, Clip with constants between a convolution and a Quant;"
    " Quant and BipolarQuant with one scale; Add of two trunk tensors;"
    " the curve x + r (x^2 - x) of Zero-DCE++; Gather of channels;"
    " Concat of channels before a convolution; DepthToSpace, SpaceToDepth;"
    " Resize nearest by an integer or linear by a power of two; Resize nearest by an odd r, Pad edge and"
    " AveragePool of r x r, which are bilinear together"
)


_BILINEAR = {"Resize", "Pad", "AveragePool"}
_MOVERS = {"Concat", "DepthToSpace", "Gather", "SpaceToDepth"}
_KNOWN = {*ELEMENTWISE, *_BILINEAR, *_MOVERS, "Conv", "Quant", "BipolarQuant"}


def check_supported(model: ModelWrapper) -> None:
    """Check the operators of a network before anything is done to it.

    Raises:
        UnsupportedOperatorError: one has no hardware form; names node, operator and what is supported.
    """
    for node in model.graph.node:
        readers = {reader.op_type for name in node.output for reader in model.find_consumers(name)}
        if node.op_type == "Slice" or (node.op_type == "Pad" and "SpaceToDepth" in readers):
            raise _unsupported(node, _frame_reason(model))
        if node.op_type not in _KNOWN:
            raise _unsupported(node, "has no hardware form")


def _frame_reason(model: ModelWrapper) -> str:
    """Say why a network that pads and crops its frame is refused."""
    _, _, height, width = model.get_tensor_shape(model.graph.input[0].name)
    return (
        f"has no hardware form: for a frame of {height}x{width} the network adds pixels at the border and"
        " takes them away; choose an even height and width"
    )


def check_hardware_only(model: ModelWrapper) -> None:
    """Check that folding left nothing but hardware.

    Raises:
        UnsupportedOperatorError: an operator stands where it has no hardware form; names node and operator.
    """
    left = [node for node in model.graph.node if not is_fpgadataflow_node(node)]
    if left:
        # the passes surround what they could not fold with Transposes, which are not to blame
        raise _unsupported(
            next((n for n in left if n.op_type != "Transpose"), left[0]), "has no hardware form here"
        )


def _unsupported(node: NodeProto, reason: str) -> UnsupportedOperatorError:
    return UnsupportedOperatorError(
        f"node {node.name or node.output[0]} ({node.op_type}) {reason}. Supported: {SUPPORTED}"
    )
