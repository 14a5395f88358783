# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From the Verilog of a FINN node or of a stitched graph to a shared library, with Verilator and g++."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.files import atomic_path
from bbcu_fpga.sim.errors import SimulatorBuildError
from bbcu_fpga.sim.verilator import LOG_TAIL, find_verilator, tool_environment, tool_versions

logger = logging.getLogger(__name__)

DRIVER = Path(__file__).resolve().parent / "driver"
BUILD_FOLDER = "verilated"
RUNTIME = "libverilated.a"
BUILD_LOG = "verilator.log"
# hidden symbols: two designs in one process must not share Verilator's state
COMPILE_FLAGS = (
    "-fPIC -O1 -fvisibility=hidden -fvisibility-inlines-hidden -fno-gnu-unique"
    " -DVL_USER_FINISH -DVL_USER_STOP -DVL_USER_FATAL -DVL_USER_WARN"
)
# FINN's library is not written for Verilator's style checks: its warnings go to the log
VERILATOR_FLAGS = ("-O3", "--x-assign", "fast", "--assert", "--no-timing", "-Wno-fatal", "--quiet")
# modules of FINN's library that no current Verilator elaborates, and what FINN offers instead
ADVICE = {
    "fifo.sv": "FINN's synthesizable FIFO; simulate its gauge instead: PrepareRTLSim(behav=True), or for a"
    " stitched graph the model property rtlsim_behavioral = 1",
    "add_multi.sv": "the adder tree of FINN's matrix-vector unit; SIMD = 1 does without it",
    "skid.sv": "FINN's skid buffer, which its stream tap uses; there is no other form of it",
}

_PORT = re.compile(r"VL_(IN|OUT|INOUT)(?:8|16|64|W)?\(&(\w+),(\d+),(\d+)(?:,\d+)?\)")
_templates = Environment(
    loader=PackageLoader("bbcu_fpga.sim.finn_xsi"), undefined=StrictUndefined, keep_trailing_newline=True
)


def compile_sim_obj(
    top_module_name: str,
    source_list: Sequence[str],
    sim_out_dir: Path,
    debug: bool = False,
    behav: bool = False,
    fifosim: bool = False,
) -> tuple[Path, Path]:
    """Compile Verilog into a library that `Design` opens; the interface is FINN's.

    Args:
        top_module_name: the module whose ports are driven.
        source_list: .v and .sv files, in any order except that packages precede other packages they use.
        sim_out_dir: an existing folder, which gets all files; FINN makes a fresh one.
        debug: the simulation can write a waveform (VCD).
        behav: define FINN_SIMULATION, which makes FINN's FIFOs unbounded gauges.
        fifosim: compile FINN's wrapper of a stitched graph, whatever `top_module_name` says.

    Returns:
        `sim_out_dir` and the path of the library below it, which FINN wants to be xsim.dir/TOP/xsimk.so.

    Raises:
        SimulatorBuildError: Verilator or g++ refuse the design; ends with their text and names the files.
        SimulationError: a source is missing or is not Verilog.
        MissingToolError: a tool is missing.
    """
    folder = Path(sim_out_dir).resolve()
    library = Path("xsim.dir") / top_module_name / "xsimk.so"
    top = "finn_design_wrapper" if fifosim else top_module_name
    work = folder / BUILD_FOLDER
    work.mkdir(exist_ok=True)
    logger.info("compiling %s for simulation in %s", top, folder)
    _verilate(top, _ordered_sources(source_list), work, debug, behav)
    _write_ports(top, work)
    (folder / library).parent.mkdir(parents=True, exist_ok=True)
    _link(top, work, folder / library, folder.parent)
    return Path(sim_out_dir), library


def render(template: str, **values: Any) -> str:
    """Return the text of a template of this package; an undefined name is an error."""
    return _templates.get_template(template).render(**values)


def _ordered_sources(source_list: Sequence[str]) -> list[str]:
    """Return the sources once each, packages first; headers are found beside the sources."""
    for source in source_list:
        if Path(source).suffix not in (".v", ".sv", ".vh", ".svh"):
            raise SimulationError(f"{source}: Verilator simulates Verilog (.v, .sv, .vh, .svh) only")
        if not Path(source).is_file():
            raise SimulationError(f"{source} is missing: generate the node's HDL first (PrepareIP)")
    modules = [s for s in dict.fromkeys(map(str, source_list)) if Path(s).suffix in (".v", ".sv")]
    return sorted(modules, key=lambda source: not Path(source).stem.endswith("_pkg"))


def _verilate(top: str, sources: Sequence[str], work: Path, debug: bool, behav: bool) -> None:
    command = [str(find_verilator() / "verilator"), "--cc", "--prefix", "design", "--top-module", top]
    command += ["--Mdir", str(work), *VERILATOR_FLAGS]
    command += ["-CFLAGS", f"{COMPILE_FLAGS} -include {DRIVER / 'messages.h'}"]
    command += ["--trace-vcd"] if debug else []
    command += ["-DFINN_SIMULATION"] if behav else []
    command += [f"+incdir+{folder}" for folder in dict.fromkeys(Path(s).parent for s in sources)]
    _run(top, [*command, *sources, str(DRIVER / "driver.cpp")], work)


def _write_ports(top: str, work: Path) -> None:
    """Write the port table, read from the class that Verilator generated."""
    ports = []
    for kind, member, high, low in _PORT.findall((work / "design.h").read_text()):
        # Verilator spells characters that C++ or itself reserve as __0XX, XX being the code
        name = re.sub(r"__0([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), member)
        if kind == "INOUT":
            raise SimulationError(f"{top}: port {name} is bidirectional, which has no simulation here")
        bits = int(high) - int(low) + 1
        ports.append({"name": name, "member": member, "bits": bits, "is_input": kind == "IN"})
    (work / "ports.h").write_text(render("ports.h.j2", top=top, ports=ports))


def _link(top: str, work: Path, library: Path, cache: Path) -> None:
    make = ["make", "-C", str(work), "-f", "design.mk", "CFG_CXXFLAGS_PCH_I=-include"]
    shared = cache / f"verilated-{_runtime_hash(work)}.a"
    if shared.exists():
        shutil.copy(shared, work / RUNTIME)
        _run(top, [*make, "libdesign.a"], work)
    else:
        _run(top, [*make, "libdesign.a", RUNTIME], work)
        with atomic_path(shared) as temporary:
            shutil.copy(work / RUNTIME, temporary)
    archives = ["-Wl,--whole-archive", "libdesign.a", "-Wl,--no-whole-archive", RUNTIME]
    _run(top, ["g++", "-shared", "-o", str(library), *archives, "-pthread"], work)


def _runtime_hash(work: Path) -> str:
    """Return a name for Verilator's own objects: equal for designs that use the same ones."""
    parts = re.findall(r"^ +(verilated\w*)", (work / "design_classes.mk").read_text(), re.MULTILINE)
    text = " ".join([tool_versions(), COMPILE_FLAGS, (DRIVER / "messages.h").read_text(), *parts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _run(top: str, command: Sequence[str], work: Path) -> None:
    result = subprocess.run(
        command, cwd=work, capture_output=True, text=True, env=tool_environment(), check=False
    )
    text = result.stdout + result.stderr
    with (work / BUILD_LOG).open("a") as log:
        log.write(f"{os.fspath(command[0])}\n{text}\n")
    if result.returncode == 0:
        return
    errors = "\n".join(line for line in text.splitlines() if "%Error" in line)
    files = dict.fromkeys(re.findall(r"%Error[^:]*: ([^\s:]+\.s?vh?):", text))
    names = [Path(name).name for name in files]
    advice = "".join(f"\n{name}: {ADVICE[name]}" for name in names if name in ADVICE)
    where = f" in {', '.join(names)}" if names else ""
    tail = errors or "\n".join(text.splitlines()[-LOG_TAIL:])
    raise SimulatorBuildError(
        f"no simulator of {top}: error{where} (log: {work / BUILD_LOG}):{advice}\n{tail}"
    )
