# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Express a selection of channels as a 1x1 convolution."""

from __future__ import annotations

from itertools import count

import numpy as np
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import attribute, new_constant


class ChannelGatherToConvolution(Transformation):
    """``x[order] = conv(x, one_hot(order))``, exact: each row of the 1x1 weights has a single 1.

    A head without weights repeats the colours of a picture in an order that no residual input repeats, 3 to
    64 channels for example. Selections that repeat all channels as they are stay: an epilogue does those.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite one Gather of the channels of an integer tensor."""
        for gather in model.get_nodes_by_op_type("Gather"):
            order = model.get_initializer(gather.input[1])
            integers = model.get_tensor_datatype(gather.input[0]).is_integer()
            if order is None or attribute(gather, "axis", 0) != 1 or not integers:
                continue
            if not is_repetition(order, model.get_tensor_shape(gather.input[0])[1]):
                _rewrite(model, gather, order)
                return model, True
        return model, False


def is_repetition(order: np.ndarray, channels: int) -> bool:
    """Tell whether an order repeats all channels, 0 to the last, once or several times in a row."""
    repeated = np.tile(np.arange(channels), order.size // channels)
    return repeated.size == order.size and bool((order == repeated).all())


def _rewrite(model: ModelWrapper, gather: NodeProto, order: np.ndarray) -> None:
    channels = model.get_tensor_shape(gather.input[0])[1]
    weights = np.eye(channels, dtype=np.float32)[order].reshape(order.size, channels, 1, 1)
    inputs = [gather.input[0], new_constant(model, weights, "INT2")]
    names = {node.name for node in model.graph.node}
    name = next(name for name in map("channels_{}".format, count()) if name not in names)
    convolution = helper.make_node(
        "Conv", inputs, list(gather.output), name, kernel_shape=[1, 1], pads=[0, 0, 0, 0]
    )
    model.graph.node.append(convolution)
    model.graph.node.remove(gather)
