# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Remove quantizers that change nothing."""

from __future__ import annotations

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.elementwise_chain import ElementwiseChain, chain_from
from bbcu_fpga.transformation.graph_edit import ACCUMULATING, is_output, remove_nodes, replace_input
from bbcu_fpga.transformation.value_range import value_range


class RemoveIdentityChains(Transformation):
    """``Quant(s * x / s) = x`` for every integer x in the tensor's range; exact, all of them are evaluated.

    An example is the skip's quantizer: bilinear up-sampling of pixels already lands on its steps.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Remove one chain from an integer tensor to a quantizer."""
        for node in list(model.graph.node):
            tensor = node.input[0] if node.input else ""
            if (
                model.get_initializer(tensor) is not None
                or not model.get_tensor_datatype(tensor).is_integer()
            ):
                continue
            chain = chain_from(model, tensor, node)
            if chain is not None and _is_removable(model, chain) and _is_identity(model, chain):
                _remove(model, chain)
                return model, True
        return model, False


def _is_removable(model: ModelWrapper, chain: ElementwiseChain) -> bool:
    """Tell whether nothing rests on the chain: an accumulator's is its epilogue, a graph needs a node."""
    producer = model.find_producer(chain.start)
    if producer is None:
        return not is_output(model, chain.end)
    unit = model.find_producer(producer.input[0])
    return producer.op_type != "Transpose" or unit is None or unit.op_type not in ACCUMULATING


def _is_identity(model: ModelWrapper, chain: ElementwiseChain) -> bool:
    low, high = value_range(model, chain.start)
    if chain.is_binary or low < chain.output_range[0] or high > chain.output_range[1]:
        return False
    channels = model.get_tensor_shape(chain.start)[1]
    tables = chain.tables(channels, np.full(channels, low), np.full(channels, high))
    return all((table.first == table.level).all() and (table.last == table.level).all() for table in tables)


def _remove(model: ModelWrapper, chain: ElementwiseChain) -> None:
    remove_nodes(model, chain.all_nodes)
    # the graph's output keeps its name
    old, new = (chain.start, chain.end) if is_output(model, chain.end) else (chain.end, chain.start)
    for consumer in model.find_consumers(old):
        replace_input(consumer, old, new)
    if new == chain.end:
        model.find_producer(chain.start).output[0] = chain.end
