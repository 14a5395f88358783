# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The C++ form of the operators: which function of `hls/bbcu`, with which arguments and constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga import numerics
from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.custom_op.bilinear_kernel import BilinearKernel
from bbcu_fpga.custom_op.depthwise_unit import DepthwiseUnit
from bbcu_fpga.custom_op.epilogue import Epilogue, FunctionFields
from bbcu_fpga.custom_op.light_curve import LightCurve
from bbcu_fpga.custom_op.matrix_vector_unit import IntegerMVU, XnorPopcountMVU
from bbcu_fpga.custom_op.pixel_shuffle import PixelShuffle
from bbcu_fpga.custom_op.pixel_unshuffle import PixelUnshuffle
from bbcu_fpga.custom_op.stream_fork import StreamFork
from bbcu_fpga.custom_op.threshold import Threshold
from bbcu_fpga.custom_op.window_generator import WindowGenerator
from bbcu_fpga.errors import BuildError, FoldingError

MAX_NUMBER_BITS = 62  # of slope * x + offset and of a sum of products, which the C++ holds in a machine word
MAX_WORD_BITS = 4096  # of a stream or a memory, the AP_INT_MAX_W that generated code is compiled with

Argument = tuple[str, str]


@dataclass(frozen=True)
class HlsParameter:
    """A constant array: element type in C++, name, and its integers.

    The array's dimensions are those of `values` (int64, or Python integers where they are wider); with
    `is_struct` the last axis of `values` are the fields of an element.
    """

    type: str
    name: str
    values: NDArray[Any]
    is_struct: bool = False


@dataclass(frozen=True)
class HlsFunction:
    """A function of the header ``hls/bbcu/<name>.h``, as one node calls it.

    `template` lists (parameter as the header names it, C++ text of its value) in order, `parameters` the
    constant arrays behind the streams, `inputs` and `outputs` the payload bits of ports in0.. and out0...
    """

    name: str
    template: list[Argument]
    parameters: list[HlsParameter]
    inputs: list[int]
    outputs: list[int]


def hls_function(node: NodeProto, model: ModelWrapper) -> HlsFunction:
    """Return the C++ form of a streaming node, be it abstract, `_rtl` or `_hls`, or FINN's width converter.

    What the headers check by static_assert is refused here, in words that name the layer.

    Raises:
        BuildError: the operator has no C++ form, or not with these sizes.
        FoldingError: a stream is too wide, or lanes do not divide.
    """
    op = operator_name(node)
    if op not in _FUNCTIONS:
        raise BuildError(
            f"layer {node.name}: {node.op_type} has no HLS form; operators that have one: "
            f"{', '.join(sorted(_FUNCTIONS))}"
        )
    operator = getCustomOp(node)
    if isinstance(operator, StreamOperator):
        operator.check_folding()
    function = _FUNCTIONS[op](operator, model)
    for bits in (*function.inputs, *function.outputs):
        if bits > MAX_WORD_BITS:
            raise FoldingError(
                f"layer {node.name}: a stream of {bits} bits is wider than the {MAX_WORD_BITS} bits that HLS "
                "can take; fold the layer more (lower PE or SIMD)"
            )
    return function


def operator_name(node: NodeProto) -> str:
    """Return a node's operator without the suffix of its style."""
    return str(node.op_type).removesuffix("_rtl").removesuffix("_hls")


def check_converter(name: str, widths: tuple[int, int]) -> None:
    """Raise FoldingError, naming the layer, if neither width of a width converter divides the other."""
    if max(widths) % min(widths):
        raise FoldingError(
            f"layer {name}: converts {widths[0]} to {widths[1]} bits, which are no multiples; choose"
            " PE and SIMD of neighbouring layers so that one divides the other"
        )


def integer(element: BaseDataType) -> str:
    """Return the C++ type of an integer."""
    return f"ap_{'int' if element.signed() else 'uint'}<{element.bitwidth()}>"


def _attributes(operator: Any, *names: str) -> list[Argument]:
    return [(name.upper(), str(operator.attribute(name))) for name in names]


def _function(operator: Any, name: str, template: list[Argument], *parameters: HlsParameter) -> HlsFunction:
    inputs, outputs = (
        [stream.width for stream in streams]
        for streams in (operator.input_streams(), operator.output_streams())
    )
    return HlsFunction(name, template, list(parameters), inputs, outputs)


def _pixels(operator: Any) -> Argument:
    return "PIXELS", str(operator.pixels)


def _require(operator: Any, holds: bool, problem: str) -> None:
    if not holds:
        raise BuildError(f"layer {operator.onnx_node.name}: {problem}")


def _check_width(operator: Any, bits: int, what: str) -> None:
    _require(operator, bits <= MAX_NUMBER_BITS, f"{what} takes {bits} bits, more than {MAX_NUMBER_BITS}")


def _window_generator(operator: WindowGenerator, _: ModelWrapper) -> HlsFunction:
    kernel = operator.attribute("kernel")
    _require(operator, kernel % 2 == 1, f"kernel={kernel} is even, so that no pixel is its centre")
    template = [
        ("BITS", str(operator.get_input_datatype().bitwidth())),
        *_attributes(operator, "SIMD", "channels", "height", "width", "kernel", "flag"),
    ]
    return _function(operator, "window_generator", template)


def _xnor_popcount_mvu(operator: XnorPopcountMVU, model: ModelWrapper) -> HlsFunction:
    words, simd = operator.weight_words(model), operator.attribute("SIMD")
    packed = numerics.pack_words(words.reshape(-1, simd), 1)
    numbers = np.array([int.from_bytes(word.tobytes(), "little") for word in packed], dtype=object)
    template = [
        *_attributes(operator, "PE", "SIMD", "MW", "MH"),
        _pixels(operator),
        ("ACC_BITS", str(operator.get_output_datatype().bitwidth())),
    ]
    weights = HlsParameter(f"ap_uint<{simd}>", "weights", numbers.reshape(words.shape[:2]))
    return _function(operator, "xnor_popcount_mvu", template, weights)


def _integer_mvu(operator: IntegerMVU, model: ModelWrapper) -> HlsFunction:
    weight, sums = f"ap_int<{operator.weight_bits}>", operator.get_output_datatype().bitwidth()
    _check_width(operator, sums, "the accumulator")
    template = [
        *_attributes(operator, "PE", "SIMD", "MW", "MH"),
        _pixels(operator),
        ("Input", integer(operator.get_input_datatype())),
        ("Weight", weight),
        ("ACC_BITS", str(sums)),
    ]
    weights = HlsParameter(weight, "weights", operator.weight_words(model))
    return _function(operator, "integer_mvu", template, weights)


def _depthwise_unit(operator: DepthwiseUnit, model: ModelWrapper) -> HlsFunction:
    sums, binary = operator.get_output_datatype().bitwidth(), operator.is_binary
    _check_width(operator, sums, "the accumulator")
    weight = "ap_uint<1>" if binary else f"ap_int<{operator.weight_bits}>"
    template = [
        *_attributes(operator, "channels", "taps"),
        _pixels(operator),
        ("FLAG", str(int(binary))),
        ("Input", weight if binary else integer(operator.get_input_datatype())),
        ("Weight", weight),
        ("ACC_BITS", str(sums)),
    ]
    weights = HlsParameter(weight, "weights", operator.weight_words(model))
    return _function(operator, "depthwise_unit", template, weights)


def _line(operator: Epilogue, name: str, fields: FunctionFields, x_bits: int) -> HlsParameter:
    """Return one piecewise linear function per channel, [C/PE][PE] elements of five fields."""
    shift, offset_bits = operator.attribute(f"{name}_shift"), fields.offset_bits
    if shift > max(x_bits + fields.slope_bits, offset_bits):
        offset_bits = (
            shift  # a shift must stay below the width of what it shifts, however small the numbers are
        )
    _check_width(operator, max(x_bits + fields.slope_bits, offset_bits) + 1, f"slope * x + offset of {name}")
    kind = f"bbcu::Line<{fields.break_bits}, {fields.slope_bits}, {offset_bits}>"
    rows = fields.rows.T.reshape(-1, operator.attribute("PE"), len(fields.rows))
    return HlsParameter(kind, name, rows, is_struct=True)


def _rounding(operator: Epilogue, shift: str, low: str, high: str) -> str:
    return f"bbcu::Rounding<{', '.join(str(operator.attribute(name)) for name in (shift, low, high))}>"


def _epilogue(operator: Epilogue, model: ModelWrapper) -> HlsFunction:
    streams = operator.input_streams()
    names = [("pre", streams[0].datatype), ("post", operator.sum_datatype)]
    functions = zip(names, operator.function_fields(model), strict=False)
    lines = [_line(operator, name, f, kind.bitwidth() + (not kind.signed())) for (name, kind), f in functions]
    template = [
        *_attributes(operator, "PE", "channels"),
        _pixels(operator),
        ("Accumulator", integer(streams[0].datatype)),
        ("Result", integer(operator.get_output_datatype())),
        ("Sum", _rounding(operator, "pre_shift", "sum_low", "sum_high")),
        ("Pre", lines[0].type),
    ]
    if operator.attribute("residual"):
        template += [("Residual", integer(streams[1].datatype)), *_attributes(operator, "repeat")]
    if operator.attribute("post"):
        template += [
            ("Out", _rounding(operator, "post_shift", "out_low", "out_high")),
            ("Post", lines[1].type),
        ]
    return _function(operator, "epilogue", template, *lines)


def _threshold(operator: Threshold, model: ModelWrapper) -> HlsFunction:
    bound = f"ap_int<{operator.threshold_bits}>"
    template = [
        *_attributes(operator, "PE", "channels"),
        _pixels(operator),
        ("Input", integer(operator.get_input_datatype())),
        ("Bound", bound),
    ]
    thresholds = HlsParameter(bound, "thresholds", operator.threshold_words(model))
    return _function(operator, "threshold", template, thresholds)


def _shuffle(name: str, operator: PixelShuffle | PixelUnshuffle, _: ModelWrapper) -> HlsFunction:
    factor = operator.attribute("factor")
    _require(operator, factor >= 2, f"factor={factor}: there is nothing to shuffle below 2")
    template = [
        ("BEAT_BITS", str(operator.input_streams()[0].width)),
        ("FOLDS", str(operator.folds)),
        *_attributes(operator, "height", "width", "factor"),
    ]
    return _function(operator, name, template)


def _bilinear_kernel(operator: BilinearKernel, _: ModelWrapper) -> HlsFunction:
    bits, factor = operator.get_input_datatype().bitwidth(), operator.attribute("factor")
    _require(operator, factor >= 2, f"factor={factor}: there is nothing to interpolate below 2")
    sizes = [*_attributes(operator, "channels"), ("BITS", str(bits)), *_attributes(operator, "factor")]
    template = [*sizes, _pixels(operator)]
    return _function(operator, "bilinear_kernel", template)


def _light_curve(operator: LightCurve, _: ModelWrapper) -> HlsFunction:
    words = ("WORDS", str(operator.output_streams()[0].words))
    fixed_point = _attributes(operator, "light_bits", "parameter_bits", "in_shift", "out_shift")
    return _function(operator, "light_curve", [*_attributes(operator, "PE"), words, *fixed_point])


def _stream_fork(operator: StreamFork, _: ModelWrapper) -> HlsFunction:
    (stream,) = operator.input_streams()
    template = [("WIDTH", str(stream.width)), ("WORDS", str(stream.words))]
    return _function(operator, "stream_fork", template)


def _stream_width_converter(operator: Any, _: ModelWrapper) -> HlsFunction:
    widths = operator.get_nodeattr("inWidth"), operator.get_nodeattr("outWidth")
    check_converter(operator.onnx_node.name, widths)
    bits = int(np.prod(operator.get_normal_input_shape())) * operator.get_input_datatype().bitwidth()
    template = [
        ("IN_WIDTH", str(widths[0])),
        ("OUT_WIDTH", str(widths[1])),
        ("WORDS", str(bits // max(widths))),
    ]
    return HlsFunction("stream_width_converter", template, [], [widths[0]], [widths[1]])


_FUNCTIONS: dict[str, Callable[[Any, ModelWrapper], HlsFunction]] = {
    "WindowGenerator": _window_generator,
    "XnorPopcountMVU": _xnor_popcount_mvu,
    "IntegerMVU": _integer_mvu,
    "DepthwiseUnit": _depthwise_unit,
    "Epilogue": _epilogue,
    "Threshold": _threshold,
    "PixelShuffle": partial(_shuffle, "pixel_shuffle"),
    "PixelUnshuffle": partial(_shuffle, "pixel_unshuffle"),
    "BilinearKernel": _bilinear_kernel,
    "LightCurve": _light_curve,
    "StreamFork": _stream_fork,
    "StreamingDataWidthConverter": _stream_width_converter,
}
