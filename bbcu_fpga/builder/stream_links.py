# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The streams of a hardware graph as a list, for people and programs that do not read ONNX."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

import bbcu_fpga.custom_op  # noqa: F401  (registers the operators)


class StreamLink(BaseModel):
    """A stream from one node to the next, with the payload bits of its words.

    Where it comes from or goes to the outside, the accelerator's port (`in0`, `out0`) stands for a node.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    target: str
    width_bits: int


def stream_links(model: ModelWrapper) -> list[StreamLink]:
    """Return every stream of a hardware graph, in the order of the nodes that they leave."""
    links = []
    for index, tensor in enumerate(model.graph.input):
        for node in model.find_consumers(tensor.name):
            width = getCustomOp(node).get_instream_width(list(node.input).index(tensor.name))
            links.append(StreamLink(source=f"in{index}", target=node.name, width_bits=width))
    ports = {tensor.name: f"out{index}" for index, tensor in enumerate(model.graph.output)}
    for node in model.graph.node:
        for index, name in enumerate(node.output):
            width = getCustomOp(node).get_outstream_width(index)
            targets = [consumer.name for consumer in model.find_consumers(name)]
            if name in ports:
                targets.append(ports[name])
            links += [StreamLink(source=node.name, target=target, width_bits=width) for target in targets]
    return links
