# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Choose for every node whether RTL or HLS C++ becomes its hardware."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ConfigError
from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN, attribute


class SetImplStyle(Transformation):
    """Write FINN's `preferred_impl_style`, which SpecializeLayers follows.

    `layers` maps names to "rtl" or "hls"; a name is a node's or a layer's, which stands for all nodes of the
    layer. The node's own entry counts first, then its layer's, then `default`. FIFOs and width converters
    are no layers: FINN's RTL is their only form.
    """

    def __init__(self, default: str, layers: Mapping[str, str]) -> None:
        super().__init__()
        self.default, self.layers = default, layers

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Set the attribute of every layer's nodes; raises ConfigError for an entry that names none."""
        nodes = {attribute(node, "layer"): node for node in model.graph.node if attribute(node, "layer")}
        names = {*nodes, *map(layer_of, nodes)}
        for name in self.layers.keys() - names:
            near = difflib.get_close_matches(name, names, n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            known = ", ".join(dict.fromkeys(map(layer_of, nodes)))
            raise ConfigError(
                f"preferred_impl_style.layers: unknown layer {name!r}{hint}; the layers are {known}"
            )
        for name, node in nodes.items():
            style = self.layers.get(name, self.layers.get(layer_of(name), self.default))
            getCustomOp(node).set_nodeattr("preferred_impl_style", style)
        return model, False


def layer_of(name: str) -> str:
    """Return the layer of a node: its name without the operator behind the last underscore."""
    return name.rpartition("_")[0] or name


def impl_style(node: NodeProto) -> str:
    """Return what becomes a specialized node's hardware: "rtl" or "hls"."""
    return "hls" if node.domain == f"{HARDWARE_DOMAIN}.hls" else "rtl"
