# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From the Verilog of a FINN node or of a stitched graph to a shared library, with Verilator and g++."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.sim.library import LibraryBuild, describe_errors

logger = logging.getLogger(__name__)

DRIVER = Path(__file__).resolve().parent / "driver" / "driver.cpp"
BUILD_LOG = "verilator.log"
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
    logger.info("compiling %s for simulation in %s", top, folder)
    # not in `folder`, whose path may have spaces: make refuses to run there
    with tempfile.TemporaryDirectory(prefix="verilated-") as temporary:
        build = LibraryBuild(top, Path(temporary), folder / BUILD_LOG, describe=_describe)
        sources = _ordered_sources(source_list)
        build.verilate(sources, DRIVER, [], _flags(sources, debug, behav))
        _write_ports(top, build.work)
        build.link(folder / library, folder.parent)
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
    paths = dict.fromkeys(str(Path(source).resolve()) for source in source_list)
    modules = [path for path in paths if Path(path).suffix in (".v", ".sv")]
    return sorted(modules, key=lambda source: not Path(source).stem.endswith("_pkg"))


def _flags(sources: Sequence[str], debug: bool, behav: bool) -> list[str]:
    # FINN's library is not written for Verilator's style checks: its warnings go to the log
    flags = ["-Wno-fatal", *(["--trace-vcd"] if debug else []), *(["-DFINN_SIMULATION"] if behav else [])]
    return flags + [f"+incdir+{folder}" for folder in dict.fromkeys(Path(path).parent for path in sources)]


def _write_ports(top: str, work: Path) -> None:
    """Write the port table, read from the class that Verilator generated."""
    ports = []
    for kind, member, high, low in _PORT.findall((work / "design.h").read_text()):
        # Verilator spells characters that C++ or itself reserve as __0XX, XX being the code
        name = re.sub(r"__0([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), member)
        if kind == "INOUT":
            raise SimulationError(f"{top}: port {name} is bidirectional: that cannot be simulated here")
        bits = int(high) - int(low) + 1
        ports.append({"name": name, "member": member, "bits": bits, "is_input": kind == "IN"})
    (work / "ports.h").write_text(render("ports.h.j2", top=top, ports=ports))


def _describe(text: str, log: Path) -> str:
    """Return the tool's errors, with the files they are in, and advice on those of FINN's library."""
    files = re.findall(r"%Error[^:]*: (.+?\.s?vh?):\d", text)
    names = list(dict.fromkeys(Path(file).name for file in files))
    advice = "".join(f"\n{name}: {ADVICE[name]}" for name in names if name in ADVICE)
    return describe_errors(text, log, where=f" in {', '.join(names)}" if names else "", advice=advice)
