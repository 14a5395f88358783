# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What is installed here, what is missing, what that costs, and how to mend it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from bbcu_fpga.errors import BbcuFpgaError
from bbcu_fpga.synth.open_tools.root import NEXTPNR, YOSYS, OpenTools
from bbcu_fpga.synth.tools import Tools

_PYTHON = (3, 11), (3, 14)
# extra of the package -> what is impossible without it
_EXTRAS = {
    "flow": "nothing can be built",
    "sim": "no RTL can be simulated",
    "train": "nothing can be trained, exported or evaluated",
}
# program -> Debian package, what is impossible without it
_PROGRAMS = {
    "g++": ("g++", "neither RTL nor C++ can be simulated"),
    "make": ("make", "no RTL can be simulated"),
    "perl": ("perl", "no RTL can be simulated"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes:
        name: package, program or group of packages.
        found: version or place; None: it is missing, or not as it should be.
        without: what is impossible without it.
        cure: how to get it.
        needed: whether `bbcu-fpga demo` needs it.
    """

    name: str
    found: str | None
    without: str
    cure: str
    needed: bool


def examine(environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Return what was found, in the order of the flow."""
    return [_python(), *_packages(), *_programs(environment), *_back_ends(environment)]


def _python() -> Finding:
    (least, below), current = _PYTHON, sys.version_info[:2]
    fits = least <= current < below
    text = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", text if fits else None, "nothing can be installed", "install Python 3.11", True)


def _packages() -> Iterator[Finding]:
    for extra, without in _EXTRAS.items():
        problems = list(_missing(extra))
        found = None if problems else "complete"
        name = f"packages of [{extra}]" + (f": {', '.join(problems)}" if problems else "")
        yield Finding(name, found, without, f"pip install 'bbcu-fpga[{extra}]'", True)


def _missing(extra: str) -> Iterator[str]:
    """Yield the packages of an extra that are absent or of another version than required."""
    for line in requires("bbcu-fpga") or []:
        needed = Requirement(line)
        if needed.marker is None or not needed.marker.evaluate({"extra": extra}):
            continue
        try:
            installed = version(needed.name)
        except PackageNotFoundError:
            yield f"{needed.name} is missing"
            continue
        if not needed.specifier.contains(installed, prereleases=True):
            yield f"{needed.name} is {installed}, not {needed.specifier}"


def _programs(environment: Mapping[str, str]) -> Iterator[Finding]:
    for program, (package, without) in _PROGRAMS.items():
        path = shutil.which(program, path=environment.get("PATH", ""))
        yield Finding(program, path, without, f"apt install {package}", True)


def _back_ends(environment: Mapping[str, str]) -> Iterator[Finding]:
    opened = OpenTools.from_environment(environment)
    for program, without in (
        (YOSYS, "resources are estimates"),
        (NEXTPNR, "no clock is confirmed, and no bitstream made without Vivado"),
    ):
        try:
            found: str | None = opened.version(program)
        except BbcuFpgaError:
            found = None
        yield Finding(program, found, without, "bbcu-fpga tools install", False)
    # FINN's folder is of no interest here, and FINN may be what is missing
    vendor = Tools.from_environment({"FINN_DEPS": ".", **environment})
    for program in ("vivado", vendor.hls_program):
        try:
            path: str | None = str(vendor.find(program))
        except BbcuFpgaError:
            path = None
        without = "no bitstream can be made with Vivado; --plan and --tool open do without"
        yield Finding(program, path, without, "source settings64.sh of the installation", False)
