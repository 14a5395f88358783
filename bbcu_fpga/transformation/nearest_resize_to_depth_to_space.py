# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Express nearest-neighbour up-sampling as a repetition of channels and a pixel shuffle."""

from __future__ import annotations

import numpy as np
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.bilinear_pattern import integer_factor, mean_of_repeated
from bbcu_fpga.transformation.graph_edit import attribute, new_constant, new_tensor


class NearestResizeToDepthToSpace(Transformation):
    """``nearest_r(x) = DepthToSpace_r(x, every channel repeated r*r times)`` (BBCU, the up-sampling unit).

    Exact: both sides copy values.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite one nearest Resize by an integer factor.

        Raises:
            UnsupportedOperatorError: the factor is not one integer for both axes.
        """
        for node in model.get_nodes_by_op_type("Resize"):
            # the mean of repeated pixels is bilinear, and has a kernel
            if attribute(node, "mode", "nearest") != "nearest" or mean_of_repeated(model, node):
                continue
            source, result = node.input[0], node.output[0]
            shape, large = model.get_tensor_shape(source), model.get_tensor_shape(result)
            factor = integer_factor(model, node)
            if factor is None:
                raise UnsupportedOperatorError(
                    f"node {node.name} (Resize): from {shape[2:]} to {large[2:]};"
                    " supported is one integer factor"
                )
            repeats = new_constant(model, np.repeat(np.arange(shape[1]), factor**2))
            deep = new_tensor(model, [1, shape[1] * factor**2, *shape[2:]], like=source)
            gather = helper.make_node("Gather", [source, repeats], [deep], axis=1)
            shuffle = helper.make_node(
                "DepthToSpace", [deep], [result], blocksize=factor, mode="CRD", name=node.name
            )
            model.graph.node.extend([gather, shuffle])
            model.graph.node.remove(node)
            return model, True
        return model, False
