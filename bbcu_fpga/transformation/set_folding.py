# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Folding: how many output (PE) and input (SIMD) lanes each layer computes per cycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.lane_groups import (
    LaneGroup,
    is_mvu,
    is_repeated_residual,
    lane_groups,
    layer_of,
)


class LayerFolding(NamedTuple):
    """Lanes of one layer: PE x SIMD in its matrix-vector unit, `lanes` in the epilogue and what follows it.

    Without `lanes` the epilogue gets the fewest that keep pace with the slowest unit.
    """

    PE: int
    SIMD: int
    lanes: int | None = None


def layer_names(model: ModelWrapper) -> list[str]:
    """Return the names of the foldable layers, in stream order."""
    return [layer_of(node) for node in model.graph.node if is_mvu(node)]


def layer_foldings(model: ModelWrapper) -> dict[str, LayerFolding]:
    """Return the folding of a finished hardware graph, where converters and FIFOs are inserted."""
    foldings = {}
    for node in model.graph.node:
        if is_mvu(node):
            unit = getCustomOp(node)
            lanes = _lanes_behind(model, node)
            foldings[layer_of(node)] = LayerFolding(unit.get_nodeattr("PE"), unit.get_nodeattr("SIMD"), lanes)
    return foldings


def _lanes_behind(model: ModelWrapper, node: NodeProto) -> int | None:
    """Return the lanes of the operator behind a unit's converters and FIFOs; None if it has none."""
    consumers = model.find_consumers(node.output[0])
    while consumers and consumers[0].op_type.startswith("Streaming"):
        consumers = model.find_consumers(consumers[0].output[0])
    if not consumers or "PE" not in getCustomOp(consumers[0]).get_nodeattr_types():
        return None
    return int(getCustomOp(consumers[0]).get_nodeattr("PE"))


def _repeated_lanes(model: ModelWrapper, group: LaneGroup) -> int:
    """Return the lanes of the epilogues that take a group's stream as a residual that they repeat; else 0."""
    return max(
        (
            int(getCustomOp(consumer).get_nodeattr("PE"))
            for node in group.nodes
            for tensor in node.output
            for consumer in model.find_consumers(tensor)
            if is_repeated_residual(consumer, tensor)
        ),
        default=0,
    )


class SetFolding(Transformation):
    """Apply a folding to the matrix-vector units, and let their neighbours follow.

    A window generator takes its unit's SIMD. Epilogues, and the thresholds, forks and pixel shuffles behind
    them, need not be as wide as their unit, which gives a word every MW/SIMD cycles: they have lanes of their
    own. Width converters between them are FINN's to insert.
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
        pace = self._fold_units(model)
        for group in reversed(lane_groups(model)):  # consumers first
            lanes = self._lanes(group, pace, _repeated_lanes(model, group))
            for node in group.nodes:
                getCustomOp(node).set_nodeattr("PE", lanes)
        for node in model.graph.node:
            getCustomOp(node).check_folding()
        return model, False

    def _fold_units(self, model: ModelWrapper) -> int:
        """Fold units and window generators; return the cycles per frame of the slowest of them."""
        pace = 0
        for node in model.graph.node:
            operator = getCustomOp(node)
            if is_mvu(node):
                fold = self.folding[layer_of(node)]
                operator.set_nodeattr("PE", fold.PE)
                operator.set_nodeattr("SIMD", fold.SIMD)
            elif node.op_type == "WindowGenerator":
                layer = node.name.removesuffix("_window")
                whole = LayerFolding(1, operator.attribute("channels"))
                operator.set_nodeattr("SIMD", self.folding.get(layer, whole).SIMD)
            elif "PE" in operator.get_nodeattr_types():
                continue
            operator.check_folding()
            pace = max(pace, operator.get_exp_cycles())
        return pace

    def _lanes(self, group: LaneGroup, pace: int, least: int) -> int:
        """Return the lanes of a group: given, or the fewest that keep pace; not below `least`."""
        if group.layer is None:
            return group.choices()[0]
        fold, choices = self.folding[group.layer], group.choices()
        if fold.lanes is None:
            fewest = group.fewest_lanes(pace, fold.PE)
            return fewest if least <= fewest or least not in choices else least
        if fold.lanes not in choices:
            raise FoldingError(
                f"layer {group.layer}: lanes={fold.lanes} does not divide {group.dimension};"
                f" possible: {choices}"
            )
        return fold.lanes
