# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The Verilog that Vitis HLS generates, behind the ports of the RTL: it has the same streams in capitals.

The function must be synthesized as FINN does it: `ap_ctrl_none`, and each stream an `axis` port called
`in0_V`, `out0_V` and so on.
"""

from __future__ import annotations

import re
from pathlib import Path

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.files import atomic_folder
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.dpi import CppModule, render


def wrap(module: CppModule, verilog: Path, folder: Path) -> list[Path]:
    """Write a shell ``<name>_shell.v`` into `folder`, which is replaced, and return all sources.

    Raises SimulationError if the folder `verilog` has no such module, or if the module lacks a port.
    """
    top = verilog / f"{module.name}.v"
    if not top.is_file():
        raise SimulationError(
            f"{verilog} has no {top.name}: give the folder `solution/impl/verilog` or `syn/verilog` that "
            f"Vitis HLS wrote for the top function {module.name}"
        )
    _check_ports(module, top)
    with atomic_folder(folder) as temporary:
        (temporary / f"{module.name}_shell.v").write_text(render("vitis_shell.v.j2", module))
    files = sorted(path for suffix in ("v", "sv") for path in verilog.glob(f"*.{suffix}"))
    return [*module_sources("stream_checker"), *files, folder / f"{module.name}_shell.v"]


def _check_ports(module: CppModule, top: Path) -> None:
    names = set(re.findall(r"\w+", top.read_text(encoding="utf-8")))
    signals = [f"{port.name}_V_{signal}" for port in module.ports for signal in ("TDATA", "TVALID", "TREADY")]
    missing = [name for name in ("ap_clk", "ap_rst_n", *signals) if name not in names]
    if missing:
        raise SimulationError(
            f"{top}: no port {', '.join(missing)}; the function needs the interfaces ap_ctrl_none and axis"
        )
    if "ap_start" in names:
        raise SimulationError(f"{top}: waits for ap_start; the function needs the interface ap_ctrl_none")
