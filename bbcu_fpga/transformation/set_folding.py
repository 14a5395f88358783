# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Folding: how many output (PE) and input (SIMD) lanes each layer computes per cycle."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import NamedTuple

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.matrix_vector_unit import MatrixVectorUnit
from bbcu_fpga.errors import FoldingError

_MVUS = ("XnorPopcountMVU", "IntegerMVU")


class LayerFolding(NamedTuple):
    """Lanes of one matrix-vector unit."""

    PE: int
    SIMD: int


def layer_names(model: ModelWrapper) -> list[str]:
    """Return the names of the foldable layers, in stream order."""
    units = [node for node in model.graph.node if node.op_type.removesuffix("_rtl") in _MVUS]
    return [node.name.removesuffix("_mvu") for node in units]


def folding_for(model: ModelWrapper, target_cycles: int) -> dict[str, LayerFolding]:
    """Return the folding with the fewest lanes per layer that needs at most `target_cycles` per frame.

    Among equals the one with more SIMD wins: it has fewer accumulators and epilogue lanes.

    Raises:
        FoldingError: a layer is too slow even fully unfolded; names it and the least cycles it can do.
    """
    return {
        node.name.removesuffix("_mvu"): _cheapest(
            getCustomOp(node), _pe_dimension(model, node), target_cycles
        )
        for node in model.graph.node
        if node.op_type in _MVUS
    }


def _cheapest(mvu: MatrixVectorUnit, pe_dimension: int, target_cycles: int) -> LayerFolding:
    pixels = mvu.attribute("height") * mvu.attribute("width")
    rows, columns = mvu.attribute("MH"), mvu.attribute("MW")
    simds, pes = _divisors(mvu.attribute("channels")), _divisors(pe_dimension)
    fits = [
        LayerFolding(pe, simd)
        for pe in pes
        for simd in simds
        if pixels * (rows // pe) * (columns // simd) <= target_cycles
    ]
    if not fits:
        least = pixels * (rows // pes[-1]) * (columns // simds[-1])
        raise FoldingError(
            f"layer {mvu.onnx_node.name.removesuffix('_mvu')}: {target_cycles} cycles per frame are asked"
            f" for, but with PE={pes[-1]} and SIMD={simds[-1]} it still needs {least};"
            " lower target_fps or the frame size"
        )
    return min(fits, key=lambda fold: (fold.PE * fold.SIMD, fold.PE))


def _divisors(number: int) -> list[int]:
    return [d for d in range(1, number + 1) if number % d == 0]


def _pe_dimension(model: ModelWrapper, mvu: NodeProto) -> int:
    """Return what PE must divide: the channels of every node that keeps the unit's lanes (`_set_lanes`).

    An epilogue that repeats its residual and a pixel shuffle have fewer channels than the unit has rows.
    """
    dimension, tensors = getCustomOp(mvu).attribute("MH"), list(mvu.output)
    while tensors:
        tensor = tensors.pop()
        for node in model.find_consumers(tensor):
            sizes = getCustomOp(node).fold_attributes()
            if "PE" in sizes and node.op_type not in _MVUS and node.input[0] == tensor:
                dimension = gcd(dimension, sizes["PE"])
                tensors += node.output
    return int(dimension)


class SetFolding(Transformation):
    """Apply a folding to the matrix-vector units, and let their neighbours follow.

    A window generator takes its unit's SIMD, an epilogue its unit's PE; thresholds, forks and pixel shuffles
    keep the lanes of the stream they are in, so that width converters appear only before window generators
    and residual inputs.
    """

    def __init__(self, folding: Mapping[str, LayerFolding]) -> None:
        super().__init__()
        self.folding = folding

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Set the attributes.

        Raises:
            FoldingError: an unknown or missing layer, or lanes that do not divide; names layer and choices.
        """
        names = layer_names(model)
        unknown, missing = sorted(set(self.folding) - set(names)), [n for n in names if n not in self.folding]
        if unknown or missing:
            problems = [f"unknown layers {unknown}"] * bool(unknown) + [f"missing layers {missing}"] * bool(
                missing
            )
            raise FoldingError(f"folding: {' and '.join(problems)}; the layers are {names}")
        for node in model.graph.node:
            _set_lanes(model, node, self.folding)
            getCustomOp(node).check_folding()
        return model, False


def _set_lanes(model: ModelWrapper, node: NodeProto, folding: Mapping[str, LayerFolding]) -> None:
    """Set the folding attributes of one node; its producers have theirs already."""
    operator = getCustomOp(node)
    if node.op_type in _MVUS:
        fold = folding[node.name.removesuffix("_mvu")]
        operator.set_nodeattr("PE", fold.PE)
        operator.set_nodeattr("SIMD", fold.SIMD)
    elif node.op_type == "WindowGenerator":
        fold = folding.get(node.name.removesuffix("_window"), LayerFolding(1, operator.attribute("channels")))
        operator.set_nodeattr("SIMD", fold.SIMD)
    elif "PE" in operator.get_nodeattr_types():
        producer = model.find_producer(node.input[0])
        lanes = operator.attribute("channels")  # the host sends whole pixels
        if producer is not None:
            position = list(producer.output).index(node.input[0])
            lanes = getCustomOp(producer).output_streams()[position].lanes
        operator.set_nodeattr("PE", lanes)
