# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Executing a graph node by node: QONNX's results, without what QONNX looks up again for every node.

QONNX searches whole lists for each tensor of each node. And between two checks of a compilation few nodes
change: `Memory` keeps the results of the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import AttributeProto, NodeProto, ValueInfoProto, helper, numpy_helper
from qonnx.core.datatype import BaseDataType, DataType
from qonnx.core.execute_custom_node import execute_custom_node
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import is_custom_op
from qonnx.util.basic import get_preferred_qonnx_opset, qonnx_make_model

from bbcu_fpga.errors import ModelError

Array = NDArray[Any]
Results = tuple[tuple[Array, bytes], ...]  # the outputs of a node, each with the digest of its content

# float32 represents an integer times a scale with an error; QONNX allows as much
_ROUNDING = 1e-2
# below this size a second thread costs more than it computes
_ONE_THREAD = 2**20


class Memory:
    """The results of the last run's nodes, found again by operator, attributes and content of the inputs.

    For graphs whose nodes compute from nothing else: no external simulation, no other files.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, Results] = {}
        self._now: dict[bytes, Results] = {}

    def begin_run(self) -> None:
        """Forget what the last run did not need."""
        self._last, self._now = self._now, {}

    def recall(self, key: bytes) -> Results | None:
        """Return the results under a key, or None."""
        found = self._now.get(key) or self._last.get(key)
        if found is not None:
            self._now[key] = found
        return found

    def keep(self, key: bytes, results: Results) -> None:
        """Keep the results of a node."""
        self._now[key] = results


class GraphRunner:
    """A graph made ready to be executed many times; it must not change meanwhile."""

    def __init__(self, model: ModelWrapper) -> None:
        self.graph = model.graph
        self._opsets = model.get_opset_imports()
        self._constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in self.graph.initializer}
        self._datatypes = _integer_types(model)
        self._sessions: dict[tuple[Any, ...], onnxruntime.InferenceSession] = {}

    def run(self, inputs: Mapping[str, Array], memory: Memory | None = None) -> dict[str, Array]:
        """Return the graph's outputs; `inputs` are by name, `memory` spares nodes that computed it before.

        Raises:
            ModelError: a node reads what no node before it wrote, or a tensor that is declared to be integer
                is not; names node and tensor.
        """
        context: dict[str, Any] = {**self._constants, **inputs, "": None}
        digests: dict[str, bytes] = {}
        if memory is not None:
            memory.begin_run()
        for node in self.graph.node:
            for name in node.input:
                if name not in context:
                    raise ModelError(f"node {node.name} ({node.op_type}) reads {name}, which is not computed")
                context[name] = self._rounded(name, context[name])
            if memory is None:
                self._execute(node, context)
            else:
                self._recall_or_execute(node, context, digests, memory)
        return {output.name: context[output.name] for output in self.graph.output}

    def _recall_or_execute(
        self, node: NodeProto, context: dict[str, Any], digests: dict[str, bytes], memory: Memory
    ) -> None:
        for name in node.input:
            if name not in digests:
                digests[name] = _digest(context[name])
        key = self._key(node, digests)
        results = memory.recall(key)
        if results is None:
            self._execute(node, context)
            results = tuple((context[name], _digest(context[name])) for name in node.output)
            memory.keep(key, results)
        for name, (value, digest) in zip(node.output, results, strict=True):
            context[name], digests[name] = value, digest

    def _key(self, node: NodeProto, digests: Mapping[str, bytes]) -> bytes:
        """Return a digest of all that a node's results depend on; names are not."""
        bare = NodeProto(op_type=node.op_type, domain=node.domain, attribute=node.attribute)
        kinds = [str(self._datatypes.get(name)) for name in (*node.input, *node.output)]
        digest = hashlib.blake2b(bare.SerializeToString(deterministic=True), digest_size=16)
        digest.update(repr((self._opset(node), len(node.output), kinds)).encode())
        for name in node.input:
            digest.update(digests[name])
        return digest.digest()

    def _execute(self, node: NodeProto, context: dict[str, Any]) -> None:
        """Compute a node's outputs into `context`."""
        if is_custom_op(node.domain, node.op_type):
            execute_custom_node(node, context, self.graph, onnx_opset_version=self._opset(node))
        else:
            values = {name: context[name] for name in node.input if name}
            names = [name for name in node.output if name]
            context.update(zip(names, self._session(node, values).run(names, values), strict=True))
        for name in node.output:
            context[name] = self._rounded(name, context[name])

    def _session(self, node: NodeProto, values: Mapping[str, Array]) -> onnxruntime.InferenceSession:
        """Return ONNX Runtime's session of a model that is this node alone, for tensors of these shapes."""
        key = node.output[0], *((value.dtype, value.shape) for value in values.values())
        if key not in self._sessions:
            if any(attribute.type == AttributeProto.GRAPH for attribute in node.attribute):
                raise ModelError(f"node {node.name} ({node.op_type}) holds a graph of its own: unroll it")
            inputs = [
                helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
                for name, value in values.items()
            ]
            outputs = [ValueInfoProto(name=name) for name in node.output if name]
            model = qonnx_make_model(helper.make_graph([node], "node", inputs, outputs))
            model.opset_import[0].version = self._opset(node)
            options = onnxruntime.SessionOptions()
            if all(value.size < _ONE_THREAD for value in values.values()):
                options.intra_op_num_threads = 1
            self._sessions[key] = onnxruntime.InferenceSession(model.SerializeToString(), options)
        return self._sessions[key]

    def _opset(self, node: NodeProto) -> int:
        return int(self._opsets.get(node.domain, get_preferred_qonnx_opset()))

    def _rounded(self, name: str, value: Array) -> Array:
        """Return a tensor that is declared to be integer with exact integers, as QONNX does."""
        if name not in self._datatypes or value.dtype.kind != "f":
            return value
        integers = np.rint(value)
        if np.array_equal(integers, value):
            return value
        if not (np.abs(integers - value) <= _ROUNDING).all():
            kind = self._datatypes[name].name
            raise ModelError(f"the tensor {name} is declared {kind}, but its values are not integers")
        return integers


def _integer_types(model: ModelWrapper) -> dict[str, BaseDataType]:
    """Return the datatypes of the tensors that are declared to be integer."""
    declared = {
        annotation.tensor_name: DataType[entry.value]
        for annotation in model.graph.quantization_annotation
        for entry in annotation.quant_parameter_tensor_names
        if entry.key == "finn_datatype"
    }
    return {name: kind for name, kind in declared.items() if kind.is_integer()}


def _digest(value: Array | None) -> bytes:
    if value is None:
        return b""
    digest = hashlib.blake2b(repr((value.dtype.str, value.shape)).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(value).data)
    return digest.digest()
