# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The C++ of one node: its header, its IP for Vitis HLS, and its program for FINN's cppsim."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.hls_function import MAX_WORD_BITS, HlsFunction, hls_function, operator_name
from bbcu_fpga.resources import hls_dir

_LITERAL_BITS = 64  # wider constants are written as text


@dataclass(frozen=True)
class HlsPort:
    """A stream of a node: name, payload bits, words per frame, and what they are, in words."""

    name: str
    bits: int
    words: int
    contents: str


@dataclass(frozen=True)
class HlsNode:
    """What the templates say of a node; `folds` is the folding in words."""

    name: str
    op: str
    folds: list[str]
    function: HlsFunction
    inputs: list[HlsPort]
    outputs: list[HlsPort]

    @property
    def ports(self) -> list[HlsPort]:
        """All streams, in the order of the function's arguments."""
        return self.inputs + self.outputs

    @property
    def argument_width(self) -> int:
        """Characters of the longest template argument and its comma: comments stand in one column."""
        return 1 + max(len(value) for _, value in self.function.template)


def describe_node(node: NodeProto, model: ModelWrapper) -> HlsNode:
    """Return what the templates need to know of a node; raises what `hls_function` raises."""
    operator, function = getCustomOp(node), hls_function(node, model)
    sizes = operator.fold_attributes() if hasattr(operator, "fold_attributes") else {}
    inputs = [
        _port(f"in{index}", bits, operator.get_folded_input_shape(index), operator.get_input_datatype(index))
        for index, bits in enumerate(function.inputs)
    ]
    outputs = [
        _port(
            f"out{index}", bits, operator.get_folded_output_shape(index), operator.get_output_datatype(index)
        )
        for index, bits in enumerate(function.outputs)
    ]
    folds = [f"{name} = {operator.get_nodeattr(name)} of {size}" for name, size in sizes.items()]
    return HlsNode(node.name, operator_name(node), folds, function, inputs, outputs)


def write_node(node: NodeProto, model: ModelWrapper, folder: Path) -> HlsNode:
    """Write the header ``<node>.h`` into `folder`."""
    described = describe_node(node, model)
    (folder / f"{node.name}.h").write_text(render("node.h.j2", node=described))
    return described


def write_node_ip(
    node: NodeProto, model: ModelWrapper, folder: Path, *, part: str, clock_ns: float, directives: list[str]
) -> None:
    """Write what FINN hands to Vitis HLS: ``top_<node>.cpp``, ``hls_syn_<node>.tcl`` and the library."""
    described = describe_node(node, model)
    copy_headers(folder, "bbcu")
    (folder / f"top_{node.name}.cpp").write_text(render("node_ip.cpp.j2", node=described))
    script = render("node_ip.tcl.j2", node=described, part=part, clock_ns=clock_ns, directives=directives)
    (folder / f"hls_syn_{node.name}.tcl").write_text(script)


def write_node_program(node: NodeProto, model: ModelWrapper, folder: Path) -> Path:
    """Write a program that takes a frame of words from files through the node; return its source."""
    described = write_node(node, model, folder)
    copy_headers(folder, "bbcu", "pc", "testbench")
    source = folder / f"execute_{node.name}.cpp"
    text = render("node_cppsim.cpp.j2", node=described, inputs=described.inputs, outputs=described.outputs)
    source.write_text(text)
    return source


def copy_headers(folder: Path, *names: str) -> None:
    """Copy folders of the header library into `folder`."""
    for name in names:
        shutil.copytree(hls_dir() / name, folder / name, dirs_exist_ok=True)


def render(template: str, **values: Any) -> str:
    """Return the text of a template; every one knows the widest word."""
    return _templates.get_template(template).render(max_bits=MAX_WORD_BITS, **values)


def frame_text(folded_shape: list[int]) -> str:
    """Say in words how a tensor of this folded shape travels."""
    *frame, words, lanes = folded_shape
    size = f"{frame[1]} x {frame[2]} pixels, each " if len(frame) == 3 else ""
    return f"{size}{_count(words, 'word')} of {_count(lanes, 'lane')}"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def literal(value: int, cpp_type: str) -> str:
    """Return an integer constant of an ``ap_int`` or ``ap_uint``, bits in hexadecimal."""
    number = int(value)
    if not cpp_type.startswith("ap_uint"):
        return f"{number}LL" if number.bit_length() > 31 else str(number)
    if number.bit_length() > _LITERAL_BITS:
        return f'{cpp_type}("{number:x}", 16)'
    return f"{number:#x}ULL" if number.bit_length() > 31 else f"{number:#x}"


def dimensions(values: np.ndarray, is_struct: bool) -> str:
    """Return the dimensions of a constant array as C++ declares them."""
    return "".join(f"[{size}]" for size in (values.shape[:-1] if is_struct else values.shape))


def _port(name: str, bits: int, folded_shape: list[int], element: Any) -> HlsPort:
    flag = " and a flag" if bits % folded_shape[-1] or bits // folded_shape[-1] != element.bitwidth() else ""
    contents = f"{frame_text(folded_shape)} ({element.name}{flag})"
    return HlsPort(name, bits, int(np.prod(folded_shape[:-1])), contents)


_templates = Environment(
    loader=PackageLoader("bbcu_fpga.transformation"), undefined=StrictUndefined, keep_trailing_newline=True
)
_templates.filters |= {"literal": literal, "dimensions": dimensions}
