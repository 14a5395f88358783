# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold the curve of Zero-DCE++: the one product of two streams that has a hardware form."""

from __future__ import annotations

from math import log2

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import chain_from
from bbcu_fpga.transformation.graph_edit import (
    CHANNELS_FIRST,
    CHANNELS_LAST,
    frame_attributes,
    hardware_node,
    is_power_of_two,
    is_unread,
    new_tensor,
    scalar_constant,
    transposed,
)
from bbcu_fpga.transformation.light_curve_pattern import (
    LightCurveStep,
    integer_quantizer_type,
    match_step,
)


class FoldLightCurves(Transformation):
    """``q(x + q(r q(x (x - 1))))`` becomes one operator, exact: all three round half to even as it does.

    x is light of L bits in units of 2^-L, r a parameter of B bits in units of 2^(1-B). To be applied when
    quantizers give integers and a factor follows each.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold the first step of a curve in stream order."""
        for add in model.get_nodes_by_op_type("Add"):
            curve = match_step(model, add)
            if curve is not None:
                _rewrite(model, curve)
                return model, True
        return model, False


def _rewrite(model: ModelWrapper, curve: LightCurveStep) -> None:
    light, in_shift = _before(model, curve)
    end, out_bits = _behind(model, curve)
    shape = model.get_tensor_shape(end)
    result = new_tensor(model, [shape[axis] for axis in CHANNELS_LAST])
    inputs = [transposed(model, name, CHANNELS_LAST) for name in (light, curve.parameter)]
    number = len(model.get_nodes_by_op_type("LightCurve"))
    node = hardware_node(
        "LightCurve",
        inputs,
        result,
        f"curve_{number}",
        **frame_attributes(model, end),
        channels=shape[1],
        light_bits=curve.light_bits,
        parameter_bits=curve.parameter_bits,
        in_shift=in_shift,
        out_shift=curve.light_bits - out_bits,
    )
    producer = model.find_producer(end)
    producer.output[0] = new_tensor(model, shape)
    model.graph.node.append(node)
    transposed(model, result, CHANNELS_FIRST, end)
    _remove_unread(model, producer)
    for tensor in (end, result):
        model.set_tensor_datatype(tensor, getCustomOp(node).get_output_datatype())
    getCustomOp(node).infer_node_datatype(model)


def _before(model: ModelWrapper, curve: LightCurveStep) -> tuple[str, int]:
    """Look through a quantizer that only shifts unsigned integers left, such as pixels: (tensor, shift)."""
    quantizer = model.find_producer(curve.light)
    if quantizer is None or quantizer.op_type != "Quant":
        return curve.light, 0
    factor, tensor = 1.0, str(quantizer.input[0])
    while not model.get_tensor_datatype(tensor).is_integer():
        node = model.find_producer(tensor)
        value = None if node is None else scalar_constant(model, node.input[1])
        if node is None or node.op_type not in ("Mul", "Div") or value is None:
            return curve.light, 0
        factor, tensor = factor * (value if node.op_type == "Mul" else 1 / value), str(node.input[0])
    kind, shift = model.get_tensor_datatype(tensor), log2(factor) if is_power_of_two(factor) else -1
    fits = not kind.signed() and kind.bitwidth() + shift == curve.light_bits
    return (tensor, int(shift)) if shift >= 0 and fits else (curve.light, 0)


def _behind(model: ModelWrapper, curve: LightCurveStep) -> tuple[str, int]:
    """Look through a quantizer that rounds the new light to fewer bits: (tensor, bits)."""
    light, bits = str(curve.quantizer.output[0]), curve.light_bits
    chain = chain_from(model, light)
    kind = None if chain is None else integer_quantizer_type(model, chain.quantizer)
    if chain is None or kind is None or kind.signed() or kind.bitwidth() >= bits:
        return light, bits
    values = [scalar_constant(model, node.input[1]) for node in chain.nodes]
    factor = 1.0
    for node, value in zip(chain.nodes, values, strict=True):
        if value is None or node.op_type not in ("Mul", "Div"):
            return light, bits
        factor *= value if node.op_type == "Mul" else 1 / value
    narrowed = factor == 2.0 ** (kind.bitwidth() - bits)
    return (chain.end, kind.bitwidth()) if narrowed else (light, bits)


def _remove_unread(model: ModelWrapper, node: NodeProto) -> None:
    """Remove a node that nobody reads, and what only it read, upwards; constants stay."""
    if any(not is_unread(model, name) for name in node.output):
        return
    model.graph.node.remove(node)
    for name in node.input:
        producer = model.find_producer(name)
        if producer is not None:
            _remove_unread(model, producer)
