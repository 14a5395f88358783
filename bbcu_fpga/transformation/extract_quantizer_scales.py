# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Split quantizers into a scale, an integer quantizer and the scale again."""

from __future__ import annotations

import numpy as np
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import ModelError
from bbcu_fpga.transformation.graph_edit import is_power_of_two, new_constant, new_tensor, scalar_constant


class ExtractQuantizerScales(Transformation):
    """``Quant(x; s) = s * Quant(x / s; 1)``, exact for a power of two s.

    qonnx's ExtractQuantScaleZeroPt does the same, but starts over behind every quantizer, which takes minutes
    on deep networks; this is one sweep, and it checks the scale.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Split every quantizer whose scale is not 1.

        Raises:
            ModelError: a scale is no power of two shared by the whole tensor, or a zero point is not 0.
        """
        for node in model.get_nodes_by_op_type("Quant"):
            scale, zero_point = (scalar_constant(model, name) for name in node.input[1:3])
            if scale is None or zero_point != 0 or not is_power_of_two(scale):
                raise ModelError(
                    f"node {node.name} (Quant): scale {scale}, zero point {zero_point}; activations need one"
                    " power-of-two scale per tensor and zero point 0, so that sums are exact"
                )
            if scale == 1:
                continue
            source, result = node.input[0], node.output[0]
            shape = model.get_tensor_shape(result)
            divided, integers = new_tensor(model, shape), new_tensor(model, shape)
            factor = node.input[1]
            model.graph.node.append(helper.make_node("Div", [source, factor], [divided]))
            model.graph.node.append(helper.make_node("Mul", [integers, factor], [result]))
            node.input[0], node.output[0] = divided, integers
            node.input[1] = new_constant(model, np.array(1, dtype=np.float32))
        return model, False
