# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What nextpnr cannot place in a netlist of yosys is put into an equal form that it can."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.utilization import Netlist, top_module

_INPUTS = ("I0", "I1", "I2", "I3", "I4", "I5")
_PROCESSOR = "PS7"
PROCESSOR_LUT = "processor$"  # the name of a LUT behind a pin of the PS7 starts so
_CLOCKS = ("FCLKCLK",)  # they go to clock buffers
_HALVES = (("O5", 0), ("O6", 1))


def placeable(path: Path) -> Netlist:
    """Return the design of a file with what nextpnr cannot do well replaced by its equal.

    Two-output LUTs are split, outputs of the processor buffered.

    Raises VendorToolError for a file that is no netlist.
    """
    try:
        design: Netlist = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise VendorToolError(f"{path}: not a netlist of yosys ({error}); synthesize again") from error
    netlist = top_module(design, path)
    split_dual_luts(netlist)
    buffer_processor_outputs(netlist)
    return design


def split_dual_luts(netlist: Netlist) -> int:
    """Replace every LUT6_2 by a LUT per output that is used; return how many were replaced.

    nextpnr knows no LUT6_2, but puts two LUTs of the same five inputs into one place. Both tables are taken
    apart at the constant inputs: nextpnr's packer fails on inputs that share a net.
    """
    duals = {name: cell for name, cell in netlist["cells"].items() if cell["type"] == "LUT6_2"}
    used = _used_bits(netlist)
    for name, cell in duals.items():
        del netlist["cells"][name]
        for port, _ in _HALVES:
            (output,) = cell["connections"].get(port, [None])
            if output in used:
                netlist["cells"][f"{name}${port}"] = _single(cell, port, output)
    return len(duals)


def buffer_processor_outputs(netlist: Netlist) -> int:
    """Let every output of the PS7 feed one LUT, which feeds all that it fed; return the number of LUTs.

    nextpnr's router looks for the way to a sink of a PS7 all over the chip, for seconds: it does not know
    where the pins of the PS7 enter the fabric. A single sink is placed beside them.
    """
    cells = netlist["cells"]
    connected = (bit for cell in cells.values() for bits in cell["connections"].values() for bit in bits)
    free = itertools.count(1 + max((bit for bit in connected if isinstance(bit, int)), default=0))
    buffered = {
        bit: next(free)
        for cell in cells.values()
        if cell["type"] == _PROCESSOR
        for port, bits in cell["connections"].items()
        if cell["port_directions"][port] == "output" and port not in _CLOCKS
        for bit in bits
    }
    for cell in cells.values():
        for port, bits in cell["connections"].items():
            if cell["port_directions"][port] != "output":
                cell["connections"][port] = [buffered.get(bit, bit) for bit in bits]
    used = _used_bits(netlist)
    luts = {
        f"{PROCESSOR_LUT}{bit}": _lut("10", [bit], output)
        for bit, output in buffered.items()
        if output in used
    }
    cells.update(luts)
    return len(luts)


def _used_bits(netlist: Netlist) -> set[Any]:
    bits: set[Any] = set()
    for cell in netlist["cells"].values():
        for port, connected in cell["connections"].items():
            if cell["port_directions"][port] != "output":
                bits.update(connected)
    for port in netlist["ports"].values():
        bits.update(port["bits"])
    return bits


def _single(cell: dict[str, Any], port: str, output: Any) -> dict[str, Any]:
    """Return the cell of one output of a LUT6_2; O5 is that with I5 = 0."""
    table = cell["parameters"]["INIT"].zfill(64)[::-1]  # bit i is the output for inputs i
    pins = {pin: cell["connections"][pin][0] for pin in _INPUTS}
    if port == "O5":
        pins["I5"] = "0"
    nets = list(dict.fromkeys(bit for bit in pins.values() if isinstance(bit, int)))
    short = ""
    for values in range(1 << len(nets)):
        known: dict[Any, int] = {net: values >> i & 1 for i, net in enumerate(nets)}
        index = sum(known.get(bit, int(bit == "1")) << i for i, bit in enumerate(pins.values()))
        short += table[index]
    return _lut((short if nets else 2 * short)[::-1], [*nets] or ["0"], output)


def _lut(table: str, inputs: Sequence[Any], output: Any) -> dict[str, Any]:
    """Return a LUT whose output is bit i of `table`, counted from the right, for inputs i."""
    ports = {f"I{i}": [net] for i, net in enumerate(inputs)}
    return {
        "hide_name": 1,
        "type": f"LUT{len(inputs)}",
        "parameters": {"INIT": table},
        "attributes": {},
        "port_directions": {**dict.fromkeys(ports, "input"), "O": "output"},
        "connections": {**ports, "O": [output]},
    }
