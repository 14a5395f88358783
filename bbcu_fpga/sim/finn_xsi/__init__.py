# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FINN's RTL simulation without Vivado: Verilator behind the `finn.xsi` seam.

FINN simulates through eight names of the module `finn.xsi`, which normally come from an extension linked with
Vivado's XSI. `install()` binds them to this package. The simulation loop, the streams, the watchdogs and the
FIFO gauges stay FINN's own Python and Verilog; replaced are the compiler, the loader and the class of a port.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import finn.xsi

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.sim.finn_xsi import design
from bbcu_fpga.sim.finn_xsi.build import compile_sim_obj

__all__ = ["compile_sim_obj", "get_simkernel_so", "install", "load_sim_obj", "locate_glbl"]

LOG_FILE = "finnxsi_rtlsim.log"
# FINN's own, written against the extension `xsi` that `design` stands in for
_FINN_MODULES = ("finn_xsi.sim_engine", "finn_xsi.adapter")


def install(force: bool = False) -> None:
    """Make FINN simulate RTL with Verilator, in this process and in those forked from it.

    A second call changes nothing. Call it before `finn.builder.build_dataflow_steps` is imported, which takes
    `SimEngine` from the seam at once.

    Args:
        force: replace Vivado's simulator if FINN has it built or loaded.

    Raises:
        SimulationError: FINN has Vivado's simulator and `force` is not set.
    """
    if not force and _has_vivado_simulator():
        raise SimulationError(
            "FINN has Vivado's simulator (xsi.so); install(force=True) simulates with Verilator nevertheless"
        )
    if sys.modules.get("xsi") is not design:
        sys.modules["xsi"] = design
        for name in _FINN_MODULES:
            sys.modules.pop(name, None)
    engine, adapter = (importlib.import_module(name) for name in _FINN_MODULES)
    bound: dict[str, Any] = {
        "SimEngine": engine.SimEngine,
        "locate_glbl": locate_glbl,
        "compile_sim_obj": compile_sim_obj,
        "get_simkernel_so": get_simkernel_so,
        "load_sim_obj": load_sim_obj,
        "reset_rtlsim": adapter.reset_rtlsim,
        "close_rtlsim": adapter.close_rtlsim,
        "rtlsim_multi_io": adapter.rtlsim_multi_io,
        # `finn build` asks before it starts
        "is_available": lambda: True,
    }
    for name, value in bound.items():
        setattr(finn.xsi, name, value)


def locate_glbl() -> None:
    """Return None: Vivado's global reset module is not part of the simulation."""


def get_simkernel_so() -> str:
    """Return the simulator's name; a Verilated design needs no kernel library beside it."""
    return "verilator"


def load_sim_obj(
    sim_out_dir: Path,
    out_so_relative_path: Path,
    tracefile: str | None = None,
    simkernel_so: str | None = None,
) -> Any:
    """Open a library made by `compile_sim_obj` and return FINN's `SimEngine` on it.

    Unlike Vivado's simulator this one may be loaded while others are open. The log, `LOG_FILE`, and a
    waveform (VCD) are written into `sim_out_dir`; a waveform's suffix becomes .vcd.

    Raises:
        SimulationError: there is no such library, or it cannot write a waveform.
        ContractError: a memory file is missing, or an assertion failed at time 0.
    """
    folder = Path(sim_out_dir)
    library = folder / out_so_relative_path
    if not library.is_file():
        raise SimulationError(f"{library} is missing: prepare the simulation first (PrepareRTLSim)")
    trace = str((folder / tracefile).with_suffix(".vcd")) if tracefile else None
    name = simkernel_so or get_simkernel_so()
    return finn.xsi.SimEngine(name, str(library), str(folder / LOG_FILE), trace)


def _has_vivado_simulator() -> bool:
    """Tell whether FINN's extension is loaded, or built and so about to be."""
    if sys.modules.get("xsi") is design:
        return False
    spec = importlib.util.find_spec("finn_xsi")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    return "xsi" in sys.modules or any((Path(folder) / "xsi.so").exists() for folder in folders)
