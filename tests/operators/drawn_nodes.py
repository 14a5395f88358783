# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Operators of any size, folding and width, drawn by hypothesis, with frames for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.base import StreamOperator, integer_type
from bbcu_fpga.custom_op.stream import Stream
from bbcu_fpga.numerics import ByteArray, IntArray, extract_windows, stream_bytes
from tests.operators.bench import operator

Draw = Callable[[st.SearchStrategy[Any]], Any]
FRAMES = 2
# how the elements of a tensor, or the weights, are chosen: the extremes make sums overflow if they can
FILLS = ("random", "lowest", "highest")


@dataclass(frozen=True)
class DrawnNode:
    """A graph of one operator, the words of its inputs, and the words that NumPy says it delivers."""

    title: str
    model: ModelWrapper
    inputs: dict[str, ByteArray]
    expected: dict[str, ByteArray]

    def __repr__(self) -> str:
        return self.title


def _integer(draw: Draw, low: int, high: int) -> int:
    return int(draw(st.integers(low, high)))


def _frame(draw: Draw) -> dict[str, int]:
    return {"height": _integer(draw, 1, 5), "width": _integer(draw, 1, 6)}


def _element(draw: Draw, signed: bool | None = None) -> str:
    is_signed = draw(st.booleans()) if signed is None else signed
    return f"{'' if is_signed else 'U'}INT{_integer(draw, 2, 12)}"


def _fill(draw: Draw, shape: tuple[int, ...], element: Any) -> IntArray:
    """Return integers of a QONNX type: random, or all at one end."""
    fill, seed = draw(st.sampled_from(FILLS)), _integer(draw, 0, 2**32 - 1)
    low, high = int(element.min()), int(element.max())
    if fill != "random":
        return np.full(shape, low if fill == "lowest" else high, np.int64)
    values = np.random.default_rng(seed).integers(low, high + 1, shape)
    if element == DataType["BIPOLAR"]:
        values = np.where(values < 0, -1, 1)
    return values


def window_generator(draw: Draw) -> ModelWrapper:
    simd, kernel = _integer(draw, 1, 5), draw(st.sampled_from((1, 3, 5)))
    channels = simd * _integer(draw, 1, 3)
    binary = draw(st.booleans())
    element = "BIPOLAR" if binary else _element(draw)
    sizes = {**_frame(draw), "channels": channels, "SIMD": simd, "kernel": kernel}
    return operator("WindowGenerator", **sizes, flag=int(binary), datatype=element)


def _mvu_sizes(draw: Draw) -> dict[str, int]:
    pe, simd = _integer(draw, 1, 5), _integer(draw, 1, 9)
    sizes = {"PE": pe, "SIMD": simd, "channels": simd}
    return {**_frame(draw), **sizes, "MW": simd * _integer(draw, 1, 5), "MH": pe * _integer(draw, 1, 4)}


def xnor_popcount_mvu(draw: Draw) -> ModelWrapper:
    sizes = _mvu_sizes(draw)
    weights = _fill(draw, (sizes["MH"], sizes["MW"]), DataType["BIPOLAR"])
    types = {"input_datatype": "BIPOLAR", "weight_datatype": "BIPOLAR"}
    accumulator = integer_type(-sizes["MW"], sizes["MW"]).name
    ram_style = draw(st.sampled_from(("auto", "distributed", "block", "baked")))
    model = operator(
        "XnorPopcountMVU",
        {"weights": weights},
        **sizes,
        **types,
        accumulator_datatype=accumulator,
        ram_style=ram_style,
    )
    node = getCustomOp(model.graph.node[0])
    if node.fits_dsp():
        node.set_nodeattr("accumulator", draw(st.sampled_from(("lut", "dsp"))))
    return model


def integer_mvu(draw: Draw) -> ModelWrapper:
    sizes, element, weight = _mvu_sizes(draw), _element(draw), _element(draw, signed=True)
    weights = _fill(draw, (sizes["MH"], sizes["MW"]), DataType[weight])
    bound = sizes["MW"] * max(abs(DataType[element].min()), DataType[element].max())
    bound = int(bound * -DataType[weight].min())
    types = {"input_datatype": element, "weight_datatype": weight}
    accumulator = integer_type(-bound, bound).name
    return operator("IntegerMVU", {"weights": weights}, **sizes, **types, accumulator_datatype=accumulator)


def _channels(draw: Draw) -> dict[str, int]:
    pe = _integer(draw, 1, 5)
    return {**_frame(draw), "PE": pe, "channels": pe * _integer(draw, 1, 4)}


def threshold(draw: Draw) -> ModelWrapper:
    sizes, bound = _channels(draw), _element(draw, signed=True)
    thresholds = _fill(draw, (sizes["channels"],), DataType[bound])
    types = {"datatype": _element(draw), "threshold_datatype": bound}
    return operator("Threshold", {"thresholds": thresholds}, **sizes, **types)


def _function(draw: Draw, channels: int) -> IntArray:
    """Return a function tensor [5, C]: breakpoints, slopes and offsets with widths of their own."""
    point, slope, offset = (integer_type(-(1 << _integer(draw, 1, 14)), 0) for _ in range(3))
    return np.stack([_fill(draw, (channels,), kind) for kind in (point, slope, offset, slope, offset)])


def _limits(draw: Draw) -> tuple[int, int]:
    bits = _integer(draw, 2, 10)
    return draw(st.sampled_from(((-(1 << bits), (1 << bits) - 1), (0, (1 << bits) - 1))))


def epilogue(draw: Draw) -> ModelWrapper:
    sizes, repeat = _channels(draw), draw(st.sampled_from((1, 1, 4)))
    channels, residual, post = sizes["channels"] * repeat, draw(st.booleans()), draw(st.booleans())
    sum_range = _limits(draw)
    out_low, out_high = _limits(draw) if post else sum_range
    functions = {name: _function(draw, channels) for name in ("pre", "post")[: 1 + post]}
    return operator(
        "Epilogue",
        functions,
        **{**sizes, "channels": channels},
        accumulator_datatype=_element(draw),
        residual=int(residual),
        residual_datatype=_element(draw) if residual else "",
        repeat=repeat if residual else 1,
        pre_shift=_integer(draw, 0, 12),
        sum_low=sum_range[0],
        sum_high=sum_range[1],
        post=int(post),
        post_shift=_integer(draw, 0, 12) if post else 0,
        out_low=out_low,
        out_high=out_high,
    )


def pixel_shuffle(draw: Draw) -> ModelWrapper:
    factor = draw(st.sampled_from((2, 3, 4)))
    return operator("PixelShuffle", **_channels(draw), factor=factor, datatype=_element(draw))


def pixel_unshuffle(draw: Draw) -> ModelWrapper:
    factor, sizes = draw(st.sampled_from((2, 3, 4))), _channels(draw)
    frame = {name: factor * sizes[name] for name in ("height", "width")}
    return operator("PixelUnshuffle", **{**sizes, **frame}, factor=factor, datatype=_element(draw))


def bilinear_kernel(draw: Draw) -> ModelWrapper:
    sizes = {**_frame(draw), "channels": _integer(draw, 1, 4), "factor": _integer(draw, 2, 5)}
    return operator("BilinearKernel", **sizes, datatype=_element(draw, signed=False))


def depthwise_unit(draw: Draw) -> ModelWrapper:
    channels, taps, binary = _integer(draw, 1, 6), draw(st.sampled_from((1, 9, 25))), draw(st.booleans())
    element = "BIPOLAR" if binary else _element(draw)
    weight = "BIPOLAR" if binary else _element(draw, signed=True)
    bound = taps * max(abs(DataType[element].min()), DataType[element].max())
    bound = int(bound * -DataType[weight].min())
    return operator(
        "DepthwiseUnit",
        {"weights": _fill(draw, (channels, taps), DataType[weight])},
        **_frame(draw),
        channels=channels,
        taps=taps,
        input_datatype=element,
        weight_datatype=weight,
        accumulator_datatype=integer_type(-bound, bound).name,
    )


def light_curve(draw: Draw) -> ModelWrapper:
    bits = _integer(draw, 3, 14)
    shifts = {name: _integer(draw, 0, bits - 2) for name in ("in_shift", "out_shift")}
    parameter = _integer(draw, 2, 10)
    return operator("LightCurve", **_channels(draw), light_bits=bits, parameter_bits=parameter, **shifts)


def stream_fork(draw: Draw) -> ModelWrapper:
    return operator("StreamFork", **_channels(draw), datatype=_element(draw))


OPERATORS = (
    window_generator,
    xnor_popcount_mvu,
    integer_mvu,
    threshold,
    epilogue,
    pixel_shuffle,
    pixel_unshuffle,
    bilinear_kernel,
    depthwise_unit,
    light_curve,
    stream_fork,
)


@st.composite
def nodes(draw: Draw, kinds: tuple[Callable[[Draw], ModelWrapper], ...] = OPERATORS) -> DrawnNode:
    """Draw an operator with FRAMES frames."""
    model = draw(st.sampled_from(kinds))(draw)
    node = getCustomOp(model.graph.node[0])
    frames = [_inputs(draw, node) for _ in range(FRAMES)]
    inputs = {
        f"in{i}": _words(stream, [(frame[i], node.valid_taps(i, frame[i])) for frame in frames])
        for i, stream in enumerate(node.input_streams())
    }
    parameters = node.parameters(model)
    results = [node.compute(*frame, *parameters) for frame in frames]
    outputs = {
        f"out{i}": _words(stream, [(result, None) for result in results])
        for i, stream in enumerate(node.output_streams())
    }
    return DrawnNode(_title(model), model, inputs, outputs)


def _inputs(draw: Draw, node: StreamOperator) -> list[IntArray]:
    """Return a frame of each input stream."""
    frame = [_fill(draw, stream.shape, stream.datatype) for stream in node.input_streams()]
    if node.onnx_node.op_type.startswith("BilinearKernel"):
        # its input is not any taps but those of an image
        pixels = frame[0][..., : node.attribute("channels")]
        return [extract_windows(pixels, 3)]
    if node.input_streams()[0].flag_bits:
        words = frame[0].reshape(-1, node.input_streams()[0].lanes)
        inside = np.random.default_rng(_integer(draw, 0, 99)).integers(0, 2, (len(words), 1))
        frame[0] = (words * inside).reshape(frame[0].shape)
    return frame


def _words(stream: Stream, frames: list[tuple[IntArray, IntArray | None]]) -> ByteArray:
    size = stream_bytes(stream.width)
    numbers = [word for tensor, valid in frames for word in stream.pack(tensor, valid)]
    raw = b"".join(int(number).to_bytes(size, "little") for number in numbers)
    return np.frombuffer(raw, np.uint8).reshape(-1, size)


def _title(model: ModelWrapper) -> str:
    node = model.graph.node[0]
    values = {a.name: a.s.decode() if a.type == 3 else a.i for a in node.attribute}
    shown = ", ".join(f"{name}={value}" for name, value in values.items() if name not in ("backend", "layer"))
    return f"{node.op_type}({shown})"
