# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Move a scalar factor behind operators that only rearrange or interpolate pixels."""

from __future__ import annotations

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import only_consumer
from bbcu_fpga.transformation.graph_edit import scalar_constant


class MoveScalePastSpatial(Transformation):
    """``spatial(s * x) = s * spatial(x)`` for DepthToSpace and Resize.

    Exact: DepthToSpace and nearest Resize copy values, and bilinear x2 weights are sixteenths, so that with s
    a power of two every float32 product and sum is exact.
    """

    SPATIAL = ("DepthToSpace", "Resize")

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Swap one Mul with its spatial consumer."""
        for mul in model.get_nodes_by_op_type("Mul"):
            spatial = only_consumer(model, mul.output[0])
            if (
                spatial is None
                or spatial.op_type not in self.SPATIAL
                or scalar_constant(model, mul.input[1]) is None
            ):
                continue
            before, between, after = mul.input[0], mul.output[0], spatial.output[0]
            spatial.input[0], spatial.output[0] = before, between
            mul.input[0], mul.output[0] = between, after
            model.set_tensor_shape(between, model.get_tensor_shape(after))
            return model, True
        return model, False
