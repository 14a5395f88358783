# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""An operator as a graph with nothing else: to test it, or to measure what it costs."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN

HEIGHT, WIDTH = 4, 5  # of the frame, where none is given


def single_node(
    op_type: str, parameters: dict[str, np.ndarray] | None = None, **attributes: Any
) -> tuple[ModelWrapper, StreamOperator]:
    """Return a graph of one operator, and it; `parameters` are its initializers by name.

    Inputs are called in0, in1, ... and outputs out0, out1, ...; shapes and datatypes are the operator's.
    """
    sizes = {"height": HEIGHT, "width": WIDTH, **attributes}
    _, _, style = op_type.partition("_")
    domain = f"{HARDWARE_DOMAIN}.{style}" if style else HARDWARE_DOMAIN
    common = {"domain": domain, "backend": "fpgadataflow", "name": "body", "layer": "body"}
    blank = getCustomOp(helper.make_node(op_type, [], [], **common, **sizes))
    inputs, outputs = blank.input_streams(), blank.output_streams()
    names = [f"in{i}" for i in range(len(inputs))], [f"out{i}" for i in range(len(outputs))]
    node = helper.make_node(op_type, [*names[0], *(parameters or {})], names[1], **common, **sizes)
    tensors = [
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, stream.shape)
            for name, stream in zip(*pair, strict=True)
        ]
        for pair in ((names[0], inputs), (names[1], outputs))
    ]
    model = ModelWrapper(helper.make_model(helper.make_graph([node], "operator", *tensors)))
    for name, value in (parameters or {}).items():
        model.set_initializer(name, value)
    for name, stream in zip(names[0], inputs, strict=True):
        model.set_tensor_datatype(name, stream.tensor_datatype)
    return model, getCustomOp(model.graph.node[0])
