# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Fold a selection of channels into the weights of the convolution behind it."""

from __future__ import annotations

import numpy as np
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.transformation.graph_edit import attribute, is_unread, new_constant


class FoldGatherIntoConvolution(Transformation):
    """``conv(x[order], w) = conv(x, v)`` with ``v[:, c] = sum of w[:, i] where order[i] = c``, exact.

    Integer weights only: a channel that is read twice adds its weights. Binary ones would no longer be.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold one Gather into one convolution that reads it; an unread Gather goes."""
        for conv in model.get_nodes_by_op_type("Conv"):
            gather = model.find_producer(conv.input[0])
            if gather is not None and _is_foldable(model, gather, conv):
                _rewrite(model, gather, conv)
                return model, True
        return model, False


def _is_foldable(model: ModelWrapper, gather: NodeProto, conv: NodeProto) -> bool:
    if gather.op_type != "Gather" or attribute(gather, "axis", 0) != 1:
        return False
    weights = model.get_initializer(conv.input[1])
    kind = model.get_tensor_datatype(conv.input[1])
    constant = weights is not None and model.get_initializer(gather.input[1]) is not None
    return bool(
        constant and attribute(conv, "group", 1) == 1 and kind.is_integer() and kind.name != "BIPOLAR"
    )


def _rewrite(model: ModelWrapper, gather: NodeProto, conv: NodeProto) -> None:
    weights, order = model.get_initializer(conv.input[1]), model.get_initializer(gather.input[1])
    rows, _, *kernel = weights.shape
    channels = model.get_tensor_shape(gather.input[0])[1]
    summed = np.zeros((rows, channels, *kernel), np.float32)
    for column, channel in enumerate(order.reshape(-1).tolist()):
        summed[:, channel] += weights[:, column]
    kind = integer_type(min(int(summed.min()), -1), int(summed.max())).name
    conv.input[0], conv.input[1] = gather.input[0], new_constant(model, summed, kind)
    if is_unread(model, gather.output[0]):
        model.graph.node.remove(gather)
