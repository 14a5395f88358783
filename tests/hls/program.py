# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Many small instances of the HLS operators in one program, run on words of files and compared in every bit.

The C++ knows no expected values: it reads words and parameters and writes words. In bounded mode every stream
of a case holds a single word, so that an operator that needs more than its contract says hangs.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bbcu_fpga.numerics import ByteArray, IntArray, pack_words
from bbcu_fpga.sim.cpp import compile_program

FOLDER = Path(__file__).parent
TIMEOUT_SECONDS = 300

SANITIZED_FLAGS = (
    "-std=c++17",
    "-O0",
    "-Werror",
    "-fsanitize=address,undefined",
    # ap_types shifts negative numbers to the left, which C++20 defines as it is meant
    "-fno-sanitize=shift",
    "-fno-sanitize-recover=all",
)


@dataclass(frozen=True)
class Mode:
    """A way to compile and run the C++."""

    flags: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()


MODES = {
    "cpp14": Mode(("-O2", "-Werror")),
    "cpp17_bounded_sanitized": Mode(SANITIZED_FLAGS, ("BBCU_BOUNDED",)),
    "portable": Mode(("-O0", "-Werror"), ("BBCU_PORTABLE",)),
}


@dataclass(frozen=True)
class Port:
    """The words of all frames at a port: uint8 [words, bytes], and their payload bits."""

    data: ByteArray
    bits: int

    def words(self, case: Case) -> int:
        """Return the words of one frame."""
        assert len(self.data) % case.frames == 0
        return len(self.data) // case.frames


@dataclass(frozen=True)
class Parameter:
    """A constant array: its C++ element type, its dimensions, and its elements' bytes in order."""

    type: str
    shape: tuple[int, ...]
    data: ByteArray


@dataclass(frozen=True)
class Case:
    """One instance of an operator with what it is given and what it has to give."""

    operator: str
    template: tuple[str | int, ...]
    inputs: dict[str, Port]
    outputs: dict[str, Port]
    parameters: dict[str, Parameter] = field(default_factory=dict)
    frames: int = 1

    @property
    def ports(self) -> dict[str, Port]:
        """All ports in the order of the operator's arguments."""
        return {**self.inputs, **self.outputs}


_templates = Environment(
    loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
)


def check(cases: Sequence[Case], mode: Mode, folder: Path) -> None:
    """Compile the cases into one program, run them all, and compare every word they give."""
    source = folder / "cases.cpp"
    operators = sorted({case.operator for case in cases})
    source.write_text(_templates.get_template("cases.cpp.j2").render(cases=cases, operators=operators))
    defines = dict.fromkeys(mode.defines, "1")
    program = compile_program([source], folder / "cases", [FOLDER], defines, mode.flags)
    command = [str(program)]
    for index, case in enumerate(cases):
        files = folder / str(index)
        files.mkdir()
        for name, holder in {**case.inputs, **case.parameters}.items():
            (files / name).write_bytes(holder.data.tobytes())
        command += [str(index), str(files)]
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert result.returncode == 0, f"{' '.join(command)}\n{result.stderr}"
    for index, case in enumerate(cases):
        _compare(case, folder / str(index))


def _compare(case: Case, files: Path) -> None:
    for name, port in case.outputs.items():
        given = np.frombuffer((files / f"{name}.given").read_bytes(), np.uint8)
        assert given.size == port.data.size, (
            f"{files}: {case.operator} {case.template}: {name} has another size"
        )
        wrong = np.flatnonzero((given.reshape(port.data.shape) != port.data).any(axis=1))
        first = wrong[0] if wrong.size else None
        assert first is None, (
            f"{files}: {case.operator}<{', '.join(map(str, case.template))}> word {first} of {name} is "
            f"{given.reshape(port.data.shape)[first]}, not {port.data[first]}; {wrong.size} of "
            f"{len(port.data)} words differ"
        )


def port(values: IntArray, lanes: int, bits: int) -> Port:
    """Return [..., C] integers as words of `lanes` lanes of `bits` bits, raster order."""
    return Port(pack_words(np.asarray(values).reshape(-1, lanes), bits), lanes * bits)


def element_bytes(values: IntArray, bits: int) -> ByteArray:
    """Return each integer in whole bytes of its own: uint8 [elements, bytes]."""
    return pack_words(np.asarray(values).reshape(-1, 1), bits)
