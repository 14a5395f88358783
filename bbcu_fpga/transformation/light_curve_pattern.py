# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Find the steps of the curve of Zero-DCE++ in a graph."""

from __future__ import annotations

from dataclasses import dataclass

from onnx import NodeProto
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import scalar_constant


@dataclass(frozen=True)
class LightCurveStep:
    """Integer tensors (NCHW) of one step, its fixed point, and the quantizer that gives the new light."""

    light: str
    parameter: str
    light_bits: int
    parameter_bits: int
    quantizer: NodeProto


def match_step(model: ModelWrapper, add: NodeProto) -> LightCurveStep | None:
    """Return the step whose last addition this is, or None: ``q(x + q(r q(x (x - 1))))``."""
    quantizer = _quantizer_behind(model, add)
    kind = None if quantizer is None else integer_quantizer_type(model, quantizer)
    if quantizer is None or kind is None or kind.signed():
        return None
    bits = kind.bitwidth()
    for light, delta in (tuple(add.input), tuple(add.input)[::-1]):
        integers = _scaled(model, light, 2.0**-bits)
        factors = _rounded_product(model, delta, bits)
        if integers is None or factors is None:
            continue
        for parameter, bend in (factors, factors[::-1]):
            found = _parameter(model, parameter)
            if found is not None and _is_bend(model, bend, light, bits):
                return LightCurveStep(integers, found[0], bits, found[1], quantizer)
    return None


def integer_quantizer_type(model: ModelWrapper, quantizer: NodeProto) -> BaseDataType | None:
    """Return the type of a quantizer of scale 1, or None."""
    if scalar_constant(model, quantizer.input[1]) != 1:
        return None
    return getCustomOp(quantizer).get_integer_datatype(model)


def _quantizer_behind(model: ModelWrapper, node: NodeProto) -> NodeProto | None:
    """Return the quantizer with step 2^-bits that alone reads a node: x / 2^-bits, quantized."""
    divide = only_consumer(model, node.output[0])
    if divide is None or divide.op_type != "Div":
        return None
    quantizer = only_consumer(model, divide.output[0])
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    bits = scalar_constant(model, quantizer.input[3])
    step = scalar_constant(model, divide.input[1])
    return quantizer if bits is not None and step == 2.0**-bits else None


def _scaled(model: ModelWrapper, tensor: str, scale: float) -> str | None:
    """Return the integers of a tensor that is integers times this scale, or None."""
    node = model.find_producer(tensor)
    if node is None or node.op_type != "Mul" or scalar_constant(model, node.input[1]) != scale:
        return None
    return str(node.input[0])


def _rounded_product(model: ModelWrapper, tensor: str, bits: int) -> tuple[str, str] | None:
    """Return x and y if the tensor is ``x * y`` rounded to signed integers of 2^-bits, or None."""
    integers = _scaled(model, tensor, 2.0**-bits)
    quantizer = None if integers is None else model.find_producer(integers)
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    divide = model.find_producer(quantizer.input[0])
    product = None if divide is None else model.find_producer(divide.input[0])
    if divide is None or product is None or (divide.op_type, product.op_type) != ("Div", "Mul"):
        return None
    kind = integer_quantizer_type(model, quantizer)
    is_rounding = kind is not None and kind.signed() and kind.bitwidth() == bits
    if not is_rounding or scalar_constant(model, divide.input[1]) != 2.0**-bits:
        return None
    return str(product.input[0]), str(product.input[1])


def _parameter(model: ModelWrapper, tensor: str) -> tuple[str, int] | None:
    """Return the integers of the parameter and their bits, or None."""
    node = model.find_producer(tensor)
    quantizer = None if node is None else model.find_producer(node.input[0])
    if quantizer is None or quantizer.op_type != "Quant":
        return None
    kind = integer_quantizer_type(model, quantizer)
    if kind is None or not kind.signed():
        return None
    integers = _scaled(model, tensor, 2.0 ** (1 - kind.bitwidth()))
    return None if integers is None else (integers, kind.bitwidth())


def _is_bend(model: ModelWrapper, tensor: str, light: str, bits: int) -> bool:
    """Tell whether a tensor is ``light * (light - 1)``, rounded."""
    factors = _rounded_product(model, tensor, bits)
    if factors is None or light not in factors:
        return False
    other = model.find_producer(factors[1] if factors[0] == light else factors[0])
    if other is None or other.input[0] != light or other.op_type not in ("Add", "Sub"):
        return False
    return scalar_constant(model, other.input[1]) == (1 if other.op_type == "Sub" else -1)
