# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Convert between widths of which neither divides the other: pack to a common multiple, then split."""

from __future__ import annotations

from math import lcm

from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN, new_tensor

CONVERTER = "StreamingDataWidthConverter"


class ChainWidthConverters(Transformation):
    """``a -> b`` becomes ``a -> lcm(a, b) -> b`` where neither of a and b divides the other; exact.

    The wide word divides a pixel, since a and b do, and the chain keeps the pace of its wider end: through
    the greatest common divisor it would be narrower than both.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Split one converter."""
        for node in model.graph.node:
            if node.op_type == CONVERTER and self._needs_chain(node):
                self._chain(model, node)
                return model, True
        return model, False

    @staticmethod
    def _needs_chain(node: NodeProto) -> bool:
        widths = [getCustomOp(node).get_nodeattr(name) for name in ("inWidth", "outWidth")]
        return bool(max(widths) % min(widths))

    @staticmethod
    def _chain(model: ModelWrapper, split: NodeProto) -> None:
        operator = getCustomOp(split)
        names = ("inShape", "outShape", "inWidth", "outWidth", "dataType")
        attributes = {name: operator.get_nodeattr(name) for name in names}
        wide = lcm(attributes["inWidth"], attributes["outWidth"])
        tensor = new_tensor(model, attributes["inShape"], like=split.input[0])
        pack = helper.make_node(
            CONVERTER,
            [split.input[0]],
            [tensor],
            domain=HARDWARE_DOMAIN,
            backend="fpgadataflow",
            **{**attributes, "outWidth": wide},
        )
        split.input[0] = tensor
        operator.set_nodeattr("inWidth", wide)
        model.graph.node.insert(list(model.graph.node).index(split), pack)
