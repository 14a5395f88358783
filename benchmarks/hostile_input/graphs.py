# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Graphs: exports of the smallest network, spoilt."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper

from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.workbench import MARKER, Workbench

Change = Callable[[ModelProto], None]
KIND = "graph"


def node(model: ModelProto, name: str) -> NodeProto:
    """Return a node by name."""
    return next(node for node in model.graph.node if node.name == name)


def tensor(model: ModelProto, name: str) -> TensorProto:
    """Return a constant by name."""
    return next(tensor for tensor in model.graph.initializer if tensor.name == name)


def _spoilt(change: Change, bench: Workbench, folder: Path) -> None:
    model = onnx.load(bench.graph)
    change(model)
    onnx.save(model, folder / "spoilt.onnx")
    bench.build_exactly(folder / "spoilt.onnx", folder)


def _bytes(change: Callable[[bytes], bytes], bench: Workbench, folder: Path) -> None:
    (folder / "spoilt.onnx").write_bytes(change(bench.graph.read_bytes()))
    bench.build_exactly(folder / "spoilt.onnx", folder)


def _drop(name: str, model: ModelProto) -> None:
    model.graph.node.remove(node(model, name))


def _repeat(model: ModelProto) -> None:
    model.graph.node.append(node(model, "Conv_1"))


def _close_a_cycle(model: ModelProto) -> None:
    node(model, "Add_2").input[0] = "Quant_8_out0"


def _feed_itself(model: ModelProto) -> None:
    node(model, "Add_2").input[0] = "Add_2_out0"


def _rewire(name: str, source: str, model: ModelProto) -> None:
    node(model, name).input[0] = source


def _reverse(model: ModelProto) -> None:
    nodes = list(model.graph.node)[::-1]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def _retype(name: str, op_type: str, model: ModelProto) -> None:
    node(model, name).op_type = op_type


def _add_input(model: ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1, 3, 9, 8]))


def _add_output(model: ModelProto) -> None:
    inner = next(info for info in model.graph.value_info if info.name == "Add_2_out0")
    model.graph.output.append(inner)
    model.graph.value_info.remove(inner)


def _input(kind: int, shape: list[int | str], model: ModelProto) -> None:
    model.graph.input[0].CopyFrom(helper.make_tensor_value_info("global_in", kind, shape))


def _opset(version: int | None, model: ModelProto) -> None:
    del model.opset_import[:]
    if version is not None:
        model.opset_import.append(helper.make_opsetid("", version))
        model.opset_import.append(helper.make_opsetid("qonnx.custom_op.general", 2))


def _value(name: str, value: float, model: ModelProto) -> None:
    """Set the first value of a constant."""
    target = tensor(model, name)
    values = numpy_helper.to_array(target).copy()
    values.reshape(-1)[0] = value
    target.CopyFrom(numpy_helper.from_array(values, name))


def _scale_all(name: str, factor: float, model: ModelProto) -> None:
    target = tensor(model, name)
    values = (numpy_helper.to_array(target) * np.float32(factor)).astype(np.float32)
    target.CopyFrom(numpy_helper.from_array(values, name))


def _dims(name: str, dims: list[int], model: ModelProto) -> None:
    """Declare a shape that the values do not have."""
    target = tensor(model, name)
    del target.dims[:]
    target.dims.extend(dims)


def _replace(name: str, values: np.ndarray, model: ModelProto) -> None:
    tensor(model, name).CopyFrom(numpy_helper.from_array(values, name))


def _attribute(name: str, key: str, value: object, model: ModelProto) -> None:
    target = node(model, name)
    kept = [attribute for attribute in target.attribute if attribute.name != key]
    del target.attribute[:]
    target.attribute.extend([*kept, helper.make_attribute(key, value)])


def _add_function(model: ModelProto) -> None:
    inner = helper.make_node("Identity", ["a"], ["b"])
    model.functions.append(helper.make_function("evil", "F", ["a"], ["b"], [inner], model.opset_import))


def _clear_names(model: ModelProto) -> None:
    for each in model.graph.node:
        each.name = ""


def _same_names(model: ModelProto) -> None:
    for each in model.graph.node:
        each.name = "../same name"


def _unused(model: ModelProto) -> None:
    model.graph.initializer.append(numpy_helper.from_array(np.ones(3, np.float32), "unused"))


def _metadata(key: str, value: str, bench: Workbench, folder: Path) -> None:
    model = ModelWrapper(str(bench.graph))
    model.set_metadata_prop(key, value)
    model.save(str(folder / "spoilt.onnx"))
    bench.build_exactly(folder / "spoilt.onnx", folder)


def _external(location: str, bench: Workbench, folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "secret.bin").write_bytes(bytes(4 * 4 * 9 * 4))
    (folder / "inner" / "weights.bin").write_bytes(bytes(4 * 4 * 9 * 4))
    model = onnx.load(bench.graph)
    target = tensor(model, "BipolarQuant_0_param0")
    target.ClearField("raw_data")
    target.data_location = TensorProto.EXTERNAL
    entry = target.external_data.add()
    entry.key, entry.value = "location", location
    (folder / "inner" / "spoilt.onnx").write_bytes(model.SerializeToString())
    bench.build_model(folder / "inner" / "spoilt.onnx", folder)


def _use_the_domain(model: ModelProto) -> None:
    node(model, "Conv_1").domain = "evil_domain"
    model.opset_import.append(helper.make_opsetid("evil_domain", 1))


def _module_as_domain(bench: Workbench, folder: Path) -> None:
    (folder / "evil_domain.py").write_text(f"open({str(folder / MARKER)!r}, 'w')\n")
    sys.path.insert(0, str(folder))
    try:
        _spoilt(_use_the_domain, bench, folder)
    finally:
        sys.path.remove(str(folder))


def _case(name: str, change: Change, says: str | None, costly: bool = False) -> Case:
    return Case(KIND, name, partial(_spoilt, change), says, costly or says is None)


_WEIGHT, _HEAD = "BipolarQuant_0_param0", "Quant_1_param0"
_NOT_VALID = "not a valid one"

_FILES = [
    Case(KIND, "empty file", partial(_bytes, lambda content: b""), "spoilt.onnx: "),
    Case(KIND, "text", partial(_bytes, lambda content: b"a graph"), "not an ONNX graph"),
    Case(KIND, "truncated", partial(_bytes, lambda content: content[: len(content) // 2]), "not a"),
    Case(KIND, "constant in another file outside", partial(_external, "../secret.bin"), "in another file"),
    Case(KIND, "constant in another file by full path", partial(_external, "/etc/passwd"), "in another file"),
    Case(KIND, "constant in another file beside", partial(_external, "weights.bin"), "in another file"),
    Case(KIND, "a Python module as domain", _module_as_domain, "unknown domain 'evil_domain'"),
    Case(KIND, "layer names lead outside", partial(_metadata, "bbcu_fpga.layers", '["../../x"]'), "metadata"),
    Case(KIND, "layer names repeat", partial(_metadata, "bbcu_fpga.layers", '["a","a"]'), "metadata"),
    Case(
        KIND, "layer names are no JSON", partial(_metadata, "bbcu_fpga.layers", "["), "JSON|Expecting|spoilt"
    ),
    Case(KIND, "layer names nest", partial(_metadata, "bbcu_fpga.layers", "[" * 100_000), "recursion"),
    Case(KIND, "an execution mode", partial(_metadata, "exec_mode", "rtlsim"), "exec_mode"),
]
_STRUCTURE = [
    _case("no nodes", lambda model: model.graph.ClearField("node"), "spoilt.onnx: "),
    _case("no graph", lambda model: model.ClearField("graph"), "spoilt.onnx: "),
    _case("no input", lambda model: model.graph.ClearField("input"), "spoilt.onnx: "),
    _case("no output", lambda model: model.graph.ClearField("output"), "spoilt.onnx: "),
    _case("two inputs", _add_input, "one input and one output"),
    _case("two outputs", _add_output, "one input and one output"),
    _case("node missing", partial(_drop, "Conv_1"), _NOT_VALID),
    _case("node twice", _repeat, "two nodes are called"),
    _case("cycle", _close_a_cycle, _NOT_VALID),
    _case("node feeds itself", _feed_itself, _NOT_VALID),
    _case("dangling edge", partial(_rewire, "Add_2", "nowhere"), _NOT_VALID),
    _case("edge to another shape", partial(_rewire, "Add_2", "Resize_0_out0"), "inputs do not fit"),
    _case("nodes in reverse order", _reverse, _NOT_VALID),
    _case("unknown operator", partial(_retype, "PRelu_0", "Frobnicate"), "PRelu_0|Frobnicate"),
    _case("operator without hardware", partial(_retype, "LeakyRelu_0", "Elu"), "LeakyRelu_0.*Supported"),
    _case("operator of another arity", partial(_retype, "LeakyRelu_0", "Conv"), "spoilt.onnx: "),
    _case("no opset", partial(_opset, None), "spoilt.onnx: "),
    _case("unknown opset", partial(_opset, 999), "spoilt.onnx: "),
    _case("opset 0", partial(_opset, 0), "spoilt.onnx: "),
    _case("functions", _add_function, "functions"),
    _case("nodes without names", _clear_names, None),
    _case("nodes with the same hostile name", _same_names, "two nodes are called"),
    _case("unused constant", _unused, None),
    _case("last quantizer missing", partial(_rewire, "Quant_16", "Conv_4_out0"), "global_out", True),
]
_TYPES = [
    _case("input of doubles", partial(_input, TensorProto.DOUBLE, [1, 3, 9, 8]), "one float32 picture"),
    _case("input of strings", partial(_input, TensorProto.STRING, [1, 3, 9, 8]), "one float32 picture"),
    _case("input of rank 3", partial(_input, TensorProto.FLOAT, [3, 9, 8]), "one float32 picture"),
    _case("input of 5 channels", partial(_input, TensorProto.FLOAT, [1, 5, 9, 8]), "3 channels"),
    _case("batch of 4", partial(_input, TensorProto.FLOAT, [4, 3, 9, 8]), "one float32 picture"),
    _case("negative size", partial(_input, TensorProto.FLOAT, [1, 3, -9, 8]), None),
    _case("any size", partial(_input, TensorProto.FLOAT, [1, 3, "height", "width"]), None),
    _case("weights of integers", partial(_replace, _WEIGHT, np.ones((4, 4, 3, 3), "i8")), "spoilt.onnx"),
    _case("weights of doubles", partial(_replace, _WEIGHT, np.ones((4, 4, 3, 3))), "spoilt.onnx"),
    _case(
        "weights of strings", partial(_replace, _WEIGHT, np.full((4, 4, 3, 3), "x", object)), "spoilt.onnx"
    ),
    _case("weights of another shape", partial(_replace, _WEIGHT, np.ones((4, 5, 3, 3), "f4")), _NOT_VALID),
    _case("weights of rank 1", partial(_replace, _WEIGHT, np.ones(144, np.float32)), "spoilt.onnx"),
    _case("weights declared huge", partial(_dims, _WEIGHT, [10**6, 10**6, 3, 3]), "spoilt.onnx"),
    _case("weights declared negative", partial(_dims, _WEIGHT, [-4, 4, 3, 3]), "spoilt.onnx"),
    _case("weights declared too small", partial(_dims, _WEIGHT, [1, 1, 3, 3]), "spoilt.onnx"),
]
_VALUES = [
    _case("weight NaN", partial(_value, _WEIGHT, np.nan), f"{_WEIGHT} is not finite"),
    _case("weight infinite", partial(_value, _WEIGHT, np.inf), f"{_WEIGHT} is not finite"),
    _case("8-bit weight NaN", partial(_value, _HEAD, np.nan), f"{_HEAD} is not finite"),
    _case("binary weights huge", partial(_scale_all, _WEIGHT, 1e38), None),
    _case("binary weights denormal", partial(_scale_all, _WEIGHT, 1e-40), None),
    _case("8-bit weight huge", partial(_value, _HEAD, 3e38), None),
    _case("activation's slope huge", partial(_value, "PRelu_0_param0", 3e38), None),
    _case("alpha denormal", partial(_value, "Mul_1_param0", 1e-40), None),
    _case("scale zero", partial(_value, "Quant_6_param0", 0), "Quant_6.*scale"),
    _case("scale negative", partial(_value, "Quant_6_param0", -0.125), "Quant_6.*scale"),
    _case("scale no power of two", partial(_value, "Quant_6_param0", 0.1), "Quant_6.*scale"),
    _case("zero point", partial(_value, "Quant_6_param1", 3), "Quant_6.*zero point"),
    _case("bits 0", partial(_value, "Quant_6_param2", 0), "Quant_6 .*bits"),
    _case("bits 2.5", partial(_value, "Quant_6_param2", 2.5), "Quant_6 .*bits"),
    _case("bits 64", partial(_value, "Quant_6_param2", 64), "Quant_6 .*bits"),
    _case("bits a thousand million", partial(_value, "Quant_6_param2", 1e9), "Quant_6 .*bits"),
]
_ATTRIBUTES = [
    _case("stride 0", partial(_attribute, "Conv_1", "strides", [0, 0]), "spoilt.onnx"),
    _case("stride 2", partial(_attribute, "Conv_1", "strides", [2, 2]), "spoilt.onnx"),
    _case("padding of 10^9", partial(_attribute, "Conv_1", "pads", [10**9] * 4), "spoilt.onnx"),
    _case("no padding", partial(_attribute, "Conv_1", "pads", [0] * 4), "spoilt.onnx"),
    _case("kernel of another size", partial(_attribute, "Conv_1", "kernel_shape", [5, 5]), "spoilt.onnx"),
    _case("attribute of another type", partial(_attribute, "Conv_1", "strides", "one"), "spoilt.onnx"),
    _case("unknown attribute", partial(_attribute, "Conv_1", "frobnicate", 3), "spoilt.onnx"),
    _case("groups", partial(_attribute, "Conv_1", "group", 4), "spoilt.onnx"),
    _case("shuffle by 10^4", partial(_attribute, "DepthToSpace_0", "blocksize", 10**4), "spoilt.onnx"),
    _case("shuffle by 0", partial(_attribute, "DepthToSpace_0", "blocksize", 0), "spoilt.onnx"),
    _case(
        "resize by 10^6",
        partial(_replace, "Resize_0_param0", np.array([1, 1, 1e6, 1e6], "f4")),
        r"Resize_0_out0 has the shape \[1, 3, 17000000",
    ),
    _case("resize by 0", partial(_replace, "Resize_0_param0", np.array([1, 1, 0, 0], "f4")), "spoilt.onnx"),
]

CASES = [*_FILES, *_STRUCTURE, *_TYPES, *_VALUES, *_ATTRIBUTES]
