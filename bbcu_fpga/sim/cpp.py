# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Compile the HLS C++ with g++, with the arbitrary-precision types that the PyPI wheel `hls4ml` carries."""

from __future__ import annotations

import importlib.util
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bbcu_fpga.errors import MissingToolError
from bbcu_fpga.resources import hls_dir
from bbcu_fpga.sim.errors import SimulatorBuildError

logger = logging.getLogger(__name__)

# widest ap_uint: also the widest stream of Vitis HLS
DEFINES = {"AP_INT_MAX_W": "4096"}
STANDARD = "-std=c++14"
# Pragmas and loop labels are for Vitis HLS. The last four are what the optimizer says when it has
# inlined ap_types: that reads members it has not set, and has a loop for ranges given in reverse.
WARNING_FLAGS = (
    "-Wall",
    "-Wextra",
    "-Wno-unknown-pragmas",
    "-Wno-unused-label",
    "-Wno-uninitialized",
    "-Wno-maybe-uninitialized",
    "-Wno-aggressive-loop-optimizations",
    "-Wno-array-bounds",
)
COMPILE_FLAGS = (STANDARD, "-O2", *WARNING_FLAGS)
LOG_TAIL = 40


def ap_types_dir() -> Path:
    """Return the folder of ap_int.h, which is found without importing hls4ml.

    Raises MissingToolError if the package is missing or has no such folder.
    """
    spec = importlib.util.find_spec("hls4ml")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(location) / "templates" / "vivado" / "ap_types"
        if (folder / "ap_int.h").is_file():
            return folder
    raise MissingToolError(
        "the headers ap_int.h of the Python package hls4ml are missing: install it with `pip install hls4ml`"
    )


def find_compiler() -> str:
    """Return the path of g++; raises MissingToolError if there is none."""
    compiler = shutil.which("g++")
    if compiler is None:
        raise MissingToolError("g++ is missing: install it, on Debian with `apt install g++`")
    return compiler


def include_flags(includes: Sequence[Path] = ()) -> list[str]:
    """Return the flags that find `includes`, our headers and ap_int.h, in this order."""
    folders = [*includes, hls_dir(), hls_dir() / "pc"]
    return [*(f"-I{folder}" for folder in folders), "-isystem", str(ap_types_dir())]


def compile_program(
    sources: Sequence[Path],
    target: Path,
    includes: Sequence[Path] = (),
    defines: Mapping[str, str] | None = None,
    flags: Sequence[str] = (),
) -> Path:
    """Compile and link C++ files into the program `target`, all or nothing, and return `target`.

    `flags` come after COMPILE_FLAGS and override them.

    Raises:
        MissingToolError: g++ or the headers of arbitrary-precision integers are missing.
        SimulatorBuildError: g++ refuses the program; the message holds the end of its text.
    """
    macros = [f"-D{name}={value}" for name, value in {**DEFINES, **(defines or {})}.items()]
    command = [find_compiler(), *COMPILE_FLAGS, *flags, *macros, *include_flags(includes), *map(str, sources)]
    logger.info("compiling %s", target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.stem}-", dir=target.parent) as work:
        program = Path(work) / target.name
        result = subprocess.run(
            [*command, "-o", str(program)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if result.returncode != 0:
            tail = "\n".join(result.stderr.strip().splitlines()[-LOG_TAIL:])
            raise SimulatorBuildError(f"g++ refuses {', '.join(map(str, sources))}:\n{tail}")
        program.replace(target)
    return target
