# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Refuse what has no hardware form."""

from __future__ import annotations

from finn.util.fpgadataflow import is_fpgadataflow_node
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import UnsupportedOperatorError

SUPPORTED = (
    "Conv (odd square kernel, zero padding, stride 1) with Quant or BipolarQuant weights;"
    " Mul, Div, Add, Sub, PRelu, LeakyRelu, Relu with constants between a convolution and a Quant;"
    " Quant and BipolarQuant with one scale; Add of two trunk tensors; DepthToSpace;"
    " Resize nearest by an integer or linear x2"
)


def check_hardware_only(model: ModelWrapper) -> None:
    """Raise UnsupportedOperatorError, naming node, operator and what is supported, at a non-hardware node."""
    for node in model.graph.node:
        if not is_fpgadataflow_node(node):
            raise UnsupportedOperatorError(
                f"node {node.name or node.output[0]} ({node.op_type}) has no hardware form here."
                f" Supported: {SUPPORTED}"
            )
