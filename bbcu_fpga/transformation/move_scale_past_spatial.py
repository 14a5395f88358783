# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move a scalar factor behind operators that only rearrange or interpolate pixels."""

from __future__ import annotations

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import attribute, is_power_of_two, scalar_constant

_COPIES = ("DepthToSpace", "SpaceToDepth")


class MoveScalePastSpatial(Transformation):
    """``spatial(s * x) = s * spatial(x)`` for DepthToSpace, SpaceToDepth and Resize.

    Exact: the first two and nearest Resize copy values; past a Resize that interpolates only powers of two
    move, which change no digit of a float32 product or sum.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Swap one Mul with its spatial consumer."""
        for mul in model.get_nodes_by_op_type("Mul"):
            spatial = only_consumer(model, mul.output[0])
            if spatial is None or not _commutes(spatial, scalar_constant(model, mul.input[1])):
                continue
            before, between, after = mul.input[0], mul.output[0], spatial.output[0]
            spatial.input[0], spatial.output[0] = before, between
            mul.input[0], mul.output[0] = between, after
            model.set_tensor_shape(between, model.get_tensor_shape(after))
            return model, True
        return model, False


def _commutes(spatial: NodeProto, scale: float | None) -> bool:
    """Tell whether the order of this operator and a factor does not matter to the bit."""
    if scale is None or spatial.op_type not in (*_COPIES, "Resize"):
        return False
    copies = spatial.op_type in _COPIES or attribute(spatial, "mode", "nearest") == "nearest"
    return copies or is_power_of_two(scale)
