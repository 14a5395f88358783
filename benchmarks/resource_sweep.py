# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The configurations of every operator at which the resource model is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from onnx import helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN
from bbcu_fpga.transformation.single_node import single_node

_FRAME = {"height": 96, "width": 96}
_TRUNK = "INT12"


@dataclass(frozen=True)
class Configuration:
    """An operator and its attributes; parameters (weights, thresholds, slopes) are drawn at random."""

    op: str
    attributes: dict[str, Any]

    @property
    def name(self) -> str:
        """A key: the operator and every attribute."""
        return " ".join([self.op, *(f"{key}={value}" for key, value in self.attributes.items())])

    def model(self) -> ModelWrapper:
        """Return the operator as a graph with nothing else; its node is called ``body``."""
        if self.op in ("StreamingFIFO", "StreamingDataWidthConverter"):
            return _finn_node(self.op, self.attributes)
        attributes = {**_FRAME, **self.attributes}
        return single_node(f"{self.op}_rtl", _parameters(self.op, attributes), **attributes)[0]


def sweep() -> list[Configuration]:
    """Return every configuration, small ones first within an operator."""
    return [
        Configuration(op, attributes)
        for op, configurations in _SWEEP.items()
        for attributes in configurations()
    ]


def _finn_node(op: str, attributes: dict[str, Any]) -> ModelWrapper:
    model = single_node("StreamFork", channels=1, PE=1, datatype="UINT8")[0]
    del model.graph.node[:]
    names = {"name": "body", "domain": f"{HARDWARE_DOMAIN}.rtl", "backend": "fpgadataflow"}
    if op == "StreamingFIFO":
        bits = attributes["bits"]
        shape = {"folded_shape": [1, 1], "normal_shape": [1, 1], "dataType": f"UINT{bits}"}
        values = {**shape, "depth": attributes["depth"], "inFIFODepths": [0], "outFIFODepths": [0]}
    else:
        shape = {"inShape": [1, 10**6], "outShape": [1, 10**6], "dataType": "BINARY"}
        values = {**shape, **attributes}
    model.graph.node.append(helper.make_node(f"{op}_rtl", ["in0"], ["out0"], **names, **values))
    return model


def _parameters(op: str, attributes: dict[str, Any]) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)

    def draw(datatype: str, *shape: int) -> np.ndarray:
        kind = DataType[datatype]
        if datatype == "BIPOLAR":
            return random.choice([-1.0, 1.0], shape)
        return random.integers(int(kind.min()), int(kind.max()) + 1, shape).astype(np.int64)

    if op in ("XnorPopcountMVU", "IntegerMVU"):
        return {"weights": draw(attributes["weight_datatype"], attributes["MH"], attributes["MW"])}
    if op == "Threshold":
        return {"thresholds": draw(attributes["threshold_datatype"], attributes["channels"])}
    if op == "Epilogue":
        functions = ("pre", "post")[: 1 + attributes["post"]]
        # breakpoint, slope and offset above, slope and offset below: as wide as in trained networks
        bits = ("INT4", "INT17", "INT19", "INT17", "INT19")
        return {name: np.stack([draw(kind, attributes["channels"]) for kind in bits]) for name in functions}
    return {}


def _windows() -> Iterator[dict[str, Any]]:
    for channels, simd, width in ((16, 4, 96), (16, 16, 96), (32, 8, 320), (64, 16, 96), (64, 64, 640)):
        sizes = {"channels": channels, "SIMD": simd, "width": width, "height": width * 9 // 16}
        yield {**sizes, "kernel": 3, "flag": 1, "datatype": "BIPOLAR"}
    for channels, simd, width in ((3, 3, 96), (16, 4, 96), (32, 32, 640)):
        sizes = {"channels": channels, "SIMD": simd, "width": width, "height": width * 9 // 16}
        yield {**sizes, "kernel": 3, "flag": 0, "datatype": "UINT8"}
    yield {"channels": 3, "SIMD": 3, "kernel": 3, "flag": 1, "datatype": "UINT8"}
    yield {"channels": 16, "SIMD": 8, "kernel": 1, "flag": 1, "datatype": "BIPOLAR"}
    yield {"channels": 16, "SIMD": 8, "kernel": 5, "flag": 1, "datatype": "BIPOLAR"}


def _thresholds() -> Iterator[dict[str, Any]]:
    for channels, pe, kind in (
        (16, 1, _TRUNK), (16, 4, _TRUNK), (16, 16, "INT9"), (32, 8, _TRUNK), (64, 2, _TRUNK),
        (64, 8, "INT16"), (64, 32, "INT9"), (64, 16, "UINT8"),
    ):  # fmt: skip
        bits = DataType[kind].bitwidth()
        yield {"channels": channels, "PE": pe, "datatype": kind, "threshold_datatype": f"INT{bits}"}


def _forks() -> Iterator[dict[str, Any]]:
    for channels, pe in ((16, 1), (64, 16)):
        yield {"channels": channels, "PE": pe, "datatype": _TRUNK}


def _shuffles() -> Iterator[dict[str, Any]]:
    for channels, pe, kind, width, factor in (
        (3, 1, "UINT8", 96, 2), (3, 3, "UINT8", 96, 2), (3, 3, "UINT8", 640, 2), (16, 4, _TRUNK, 96, 2),
        (16, 16, _TRUNK, 96, 2), (32, 2, _TRUNK, 320, 2), (3, 3, "UINT8", 96, 3), (1, 1, "UINT8", 48, 4),
    ):  # fmt: skip
        yield {"channels": channels, "PE": pe, "datatype": kind, "width": width, "factor": factor}


def _kernels() -> Iterator[dict[str, Any]]:
    for channels, factor in ((1, 2), (3, 2), (3, 3), (3, 4)):
        yield {"channels": channels, "factor": factor, "datatype": "UINT8"}


def _converters() -> Iterator[dict[str, Any]]:
    for narrow, ratio in ((1, 8), (4, 4), (12, 4), (22, 8), (44, 2)):
        yield {"inWidth": narrow, "outWidth": narrow * ratio}
        yield {"inWidth": narrow * ratio, "outWidth": narrow}


def _fifos() -> Iterator[dict[str, Any]]:
    for bits, depth in (
        (12, 4), (48, 4), (8, 30), (48, 64), (12, 100), (24, 300), (12, 800), (48, 700), (96, 1500),
        (11, 3264), (12, 5000),
    ):  # fmt: skip
        yield {"bits": bits, "depth": depth}


def _matrix(pe: int, simd: int, rows: int, channels: int, accumulator: str, element: str) -> dict[str, Any]:
    sizes = {"MW": 9 * channels, "MH": rows, "channels": channels, "PE": pe, "SIMD": simd}
    types = {"input_datatype": element, "weight_datatype": element.replace("UINT", "INT")}
    return {**sizes, **types, "accumulator_datatype": accumulator}


def _integer_mvus() -> Iterator[dict[str, Any]]:
    for pe, simd, rows, channels, bits in (
        (1, 1, 16, 3, 8), (2, 3, 16, 3, 8), (8, 3, 32, 3, 8), (1, 4, 12, 16, 8), (3, 8, 12, 32, 8),
        (4, 4, 12, 64, 8), (6, 8, 12, 64, 8),
    ):  # fmt: skip
        yield _matrix(pe, simd, rows, channels, f"INT{2 * bits + 8}", f"UINT{bits}")


def _xnor_mvus() -> Iterator[dict[str, Any]]:
    for pe, simd, channels in (
        (1, 8, 16), (4, 16, 16), (16, 16, 16), (1, 32, 32), (8, 8, 32), (8, 32, 32), (2, 64, 64),
        (16, 16, 64), (8, 64, 64), (32, 32, 64),
    ):  # fmt: skip
        bits = (9 * channels).bit_length() + 1
        yield _matrix(pe, simd, channels, channels, f"INT{bits}", "BIPOLAR")
    for pe, simd, channels, bits in ((8, 16, 32, 10), (16, 32, 64, 11)):
        yield {**_matrix(pe, simd, channels, channels, f"INT{bits}", "BIPOLAR"), "accumulator": "dsp"}


def _epilogues() -> Iterator[dict[str, Any]]:
    limits = {"sum_low": -2048, "sum_high": 2047, "out_low": -2048, "out_high": 2047}
    for channels, pe, bits, residual, post, repeat in (
        (16, 1, 9, 1, 0, 1), (16, 4, 9, 0, 0, 1), (32, 1, 10, 1, 0, 1), (32, 2, 10, 1, 0, 1),
        (64, 1, 11, 1, 0, 1), (64, 2, 9, 1, 0, 4), (64, 4, 11, 1, 0, 1), (64, 4, 11, 0, 1, 1),
        (64, 4, 11, 1, 1, 1), (64, 8, 11, 1, 0, 1), (64, 16, 11, 1, 0, 1), (16, 16, 9, 1, 0, 1),
        (12, 3, 24, 0, 0, 1),
    ):  # fmt: skip
        sizes = {"channels": channels, "PE": pe, "accumulator_datatype": f"INT{bits}", "residual": residual}
        shifts = {
            "residual_datatype": _TRUNK if residual else "",
            "repeat": repeat,
            "pre_shift": 14,
            "post": post,
            "post_shift": 14,
        }
        yield {**sizes, **shifts, **limits}


_SWEEP = {
    "WindowGenerator": _windows,
    "Threshold": _thresholds,
    "StreamFork": _forks,
    "PixelShuffle": _shuffles,
    "BilinearKernel": _kernels,
    "StreamingDataWidthConverter": _converters,
    "StreamingFIFO": _fifos,
    "IntegerMVU": _integer_mvus,
    "XnorPopcountMVU": _xnor_mvus,
    "Epilogue": _epilogues,
}
