# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Write the shell of an accelerator: what connects it to processor and memory of a Zynq-7000."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.resources import module_sources
from bbcu_fpga.transformation.generate_rtl import FILE_LIST, TOP

SYSTEM = "bbcu_system"
BOARD_TOP = "pynq_z2_top"
DESCRIPTION = "shell.json"
BASE_ADDRESS = 0x4000_0000  # M_AXI_GP0
MAP_VERSION = 1  # of docs/shell.md

_templates = Environment(
    loader=PackageLoader("bbcu_fpga.transformation"), undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Shell:
    """What the shell of a build is told, and what its status registers answer.

    `build_id` is the first 32 bits of the SHA-256 of all RTL. Frames in pixels; `input_bytes` and
    `output_bytes` per frame; the stream widths are those of the accelerator's words.
    """

    base: int
    version: int
    build_id: int
    frame_width: int
    frame_height: int
    input_bytes: int
    output_bytes: int
    input_stream_bytes: int
    output_stream_bytes: int


def has_shell(part: str) -> bool:
    """Say whether a part has the processor that the shell is made for."""
    return part.lower().startswith("xc7z")


def generate_shell(model: ModelWrapper, rtl: Path, folder: Path) -> Shell:
    """Write the shell of an accelerator and return what it was told.

    `files.f` lists what simulates and synthesizes behind the files of the accelerator's own list, the last
    being the top `bbcu_system` with AXI ports. ``pynq_z2_top.v`` holds the processor's primitive and is for
    synthesis alone. ``shell.json`` says what software must know.

    Args:
        model: dataflow graph of specialized nodes with unique names.
        rtl: the folder that `generate_rtl` wrote of it.
        folder: an existing, empty folder.
    """
    known = set((rtl / FILE_LIST).read_text().split())
    library = [path for path in module_sources("bbcu_shell") if path.name not in known]
    for path in library:
        shutil.copy(path, folder / path.name)
    shell = _describe(model, _build_id([*rtl.iterdir(), *library]))
    names = {"system": SYSTEM, "accelerator": TOP}
    for top, template in ((SYSTEM, "system.v.j2"), (BOARD_TOP, "board_top.v.j2")):
        text = _templates.get_template(template).render(top=top, shell=shell, **names)
        (folder / f"{top}.v").write_text(text)
    (folder / FILE_LIST).write_text(
        "".join(f"{name}\n" for name in [*(p.name for p in library), f"{SYSTEM}.v"])
    )
    (folder / DESCRIPTION).write_text(json.dumps(asdict(shell), indent=2) + "\n")
    return shell


def _describe(model: ModelWrapper, build_id: int) -> Shell:
    first, last = (getCustomOp(model.graph.node[index]) for index in (0, -1))
    _, height, width, _ = first.get_normal_input_shape()
    widths = first.get_instream_width_padded() // 8, last.get_outstream_width_padded() // 8
    return Shell(
        base=BASE_ADDRESS,
        version=MAP_VERSION,
        build_id=build_id,
        frame_width=width,
        frame_height=height,
        input_bytes=_words(first.get_folded_input_shape()) * widths[0],
        output_bytes=_words(last.get_folded_output_shape()) * widths[1],
        input_stream_bytes=widths[0],
        output_stream_bytes=widths[1],
    )


def _words(folded_shape: Any) -> int:
    return int(np.prod(folded_shape[:-1]))


def _build_id(files: list[Path]) -> int:
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.name):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return int.from_bytes(digest.digest()[:4], "big")
