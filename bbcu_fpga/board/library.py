# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The shell and the accelerator of a build, Verilated into the library that the simulated board loads."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bbcu_fpga.sim.library import COMMON, COMPILE_FLAGS, NATIVE, VERILATOR_FLAGS, Compiler, LibraryBuild
from bbcu_fpga.sim.verilator import tool_versions

logger = logging.getLogger(__name__)

SHIM, MEMORY = (Path(__file__).resolve().parent / "shim" / name for name in ("board.cpp", "memory.h"))
# a frame is some hundred thousand cycles: compiling longer pays
OPTIMIZE = "-O2"


def compile_library(top: str, sources: Sequence[Path], folder: Path, compiler: Compiler = NATIVE) -> Path:
    """Return the library of a design with the ports of `bbcu_shell`; the same design is compiled once.

    Args:
        top: the module with the ports `ap_clk`, `ap_rst_n`, `s_axi_gp0_*` and `m_axi_hp0_*`.
        sources: its Verilog.
        folder: where libraries are kept.
        compiler: for the processor whose Python loads the library.

    Raises:
        MissingToolError, SimulatorBuildError: as `bbcu_fpga.sim.library`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / f"{top}-{_digest(top, sources, compiler)}.so"
    if library.exists():
        return library
    logger.info("compiling %s for the simulated board", library)
    with tempfile.TemporaryDirectory(prefix="verilated-") as temporary:
        log = folder / "verilator.log"
        build = LibraryBuild(top, Path(temporary), log, optimize=OPTIMIZE, compiler=compiler)
        build.verilate([path.resolve() for path in sources], SHIM, [MEMORY], [])
        build.link(library, folder)
    return library


def _digest(top: str, sources: Sequence[Path], compiler: Compiler) -> str:
    tools = [tool_versions(), *compiler.compile, compiler.options, COMPILE_FLAGS, *VERILATOR_FLAGS]
    digest = hashlib.sha256(" ".join([top, *tools]).encode())
    for path in (SHIM, MEMORY, *COMMON, *sources):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
