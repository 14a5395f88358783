# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Make fan-out explicit: a stream has one consumer, a fork has two outputs."""

from __future__ import annotations

from finn.util.fpgadataflow import is_fpgadataflow_node
from onnx import helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.transformation.graph_edit import HARDWARE_DOMAIN, new_tensor, replace_input


class InsertStreamForks(Transformation):
    """Put a stream fork behind every tensor with several consumers; chains of forks serve more than two."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Insert one fork."""
        tensors = [model.graph.input[0].name] + [name for node in model.graph.node for name in node.output]
        for tensor in tensors:
            consumers = model.find_consumers(tensor)
            producer = model.find_producer(tensor)
            # what other operators make is no stream: it may be neither integer nor channels last
            if len(consumers) < 2 or not (producer is None or is_fpgadataflow_node(producer)):
                continue
            shape = model.get_tensor_shape(tensor)
            layer = "input" if producer is None else producer.name.removesuffix("_epilogue")
            copies = [new_tensor(model, shape, like=tensor) for _ in range(2)]
            replace_input(consumers[0], tensor, copies[0])
            for consumer in consumers[1:]:
                replace_input(consumer, tensor, copies[1])
            fork = helper.make_node(
                "StreamFork",
                [tensor],
                copies,
                domain=HARDWARE_DOMAIN,
                backend="fpgadataflow",
                name=f"{layer}_fork",
                layer=f"{layer}_fork",
                height=shape[1],
                width=shape[2],
                channels=shape[3],
                datatype=model.get_tensor_datatype(tensor).name,
                inFIFODepths=[0],
                outFIFODepths=[0, 0],
            )
            model.graph.node.append(fork)
            getCustomOp(fork).check_folding()
            return model, True
        return model, False
