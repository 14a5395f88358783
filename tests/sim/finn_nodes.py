# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FINN's own RTL nodes as graphs of one node, prepared for simulation the way a FINN user does it."""

from __future__ import annotations

from typing import Any

import numpy as np
from finn.transformation.fpgadataflow.prepare_ip import PrepareIP
from finn.transformation.fpgadataflow.prepare_rtlsim import PrepareRTLSim
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode
from onnx import TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.custom_op.registry import getCustomOp

PART, CLOCK_NS = "xc7z020clg400-1", 10.0


def finn_node(
    op_type: str,
    datatype: str,
    parameters: dict[str, tuple[np.ndarray, str]] | None = None,
    **attributes: Any,
) -> ModelWrapper:
    """Return a graph in0 -> FINN node "node" -> out0; `parameters` are (values, datatype) by tensor name.

    `datatype` is the input's; shapes and the output's datatype are the node's.
    """
    common = {"domain": "finn.custom_op.fpgadataflow.rtl", "backend": "fpgadataflow", "name": "node"}
    node = helper.make_node(op_type, ["in0", *(parameters or {})], ["out0"], **common, **attributes)
    operator = getCustomOp(node)
    shapes = operator.get_normal_input_shape(), operator.get_normal_output_shape()
    tensors = [
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
        for name, shape in zip(("in0", "out0"), shapes, strict=True)
    ]
    model = ModelWrapper(helper.make_model(helper.make_graph([node], "node", *tensors)))
    model.set_tensor_datatype("in0", DataType[datatype])
    for name, (values, kind) in (parameters or {}).items():
        model.set_initializer(name, values.astype(np.float32))
        model.set_tensor_datatype(name, DataType[kind])
    getCustomOp(model.graph.node[0]).infer_node_datatype(model)
    return model


def prepare(model: ModelWrapper, behav: bool = False) -> ModelWrapper:
    """Generate the Verilog of all nodes and compile their simulators."""
    for transformation in (
        PrepareIP(PART, CLOCK_NS),
        SetExecMode("rtlsim"),
        PrepareRTLSim(num_workers=1, behav=behav),
    ):
        model = model.transform(transformation)
    return model


def random_input(model: ModelWrapper, seed: int = 0) -> np.ndarray:
    """Return random integers of the input's datatype, both ends included."""
    kind, shape = model.get_tensor_datatype("in0"), model.get_tensor_shape("in0")
    values = np.random.default_rng(seed).integers(int(kind.min()), int(kind.max()) + 1, shape)
    values.reshape(-1)[[0, -1]] = int(kind.min()), int(kind.max())
    return values.astype(np.float32)


def execute(model: ModelWrapper, value: np.ndarray, mode: str) -> np.ndarray:
    """Execute all nodes with FINN's execute_node in `mode`: cppsim is Python for an RTL node."""
    return execute_onnx(model.transform(SetExecMode(mode)), {"in0": value})["out0"]


def padding() -> ModelWrapper:
    """Return FMPadding_rtl of 3 x 5 pixels, uneven on all four sides."""
    sizes = {"ImgDim": [3, 5], "Padding": [1, 2, 2, 1], "NumChannels": 4}
    return finn_node("FMPadding_rtl", "INT4", SIMD=2, inputDataType="INT4", **sizes)


def windows(**attributes: Any) -> ModelWrapper:
    """Return ConvolutionInputGenerator_rtl, 3 x 3 over 6 x 7 pixels; `attributes` replace its own."""
    sizes = {"ConvKernelDim": [3, 3], "IFMChannels": 4, "IFMDim": [6, 7], "OFMDim": [4, 5], "SIMD": 2}
    kinds = {"inputDataType": "INT4", "outputDataType": "INT4"}
    steps = {"Stride": [1, 1], "Dilation": [1, 1]}
    return finn_node("ConvolutionInputGenerator_rtl", "INT4", **{**sizes, **kinds, **steps, **attributes})


def thresholding(
    channels: int = 6, pixels: tuple[int, ...] | list[int] = (1, 3, 4), kind: str = "INT8"
) -> ModelWrapper:
    """Return Thresholding_rtl with seven thresholds in every channel, all channels different."""
    low, high = int(DataType[kind].min()), int(DataType[kind].max())
    values = np.sort(np.random.default_rng(1).integers(low, high, (channels, 7)), axis=1)
    kinds = {"inputDataType": kind, "weightDataType": kind, "outputDataType": "UINT3"}
    sizes = {"NumChannels": channels, "PE": 2, "numSteps": 7, "numInputVectors": list(pixels), "ActVal": 0}
    return finn_node("Thresholding_rtl", kind, {"thresholds": (values, kind)}, **kinds, **sizes)
