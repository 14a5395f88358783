# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Cut chains of DSP slices to a length that nextpnr can place.

yosys sums through PCOUT -> PCIN, up to 20 slices long. nextpnr places the slices of a chain five rows apart,
but every 25 rows of the chip a row without slices lies between: only ten slices stand at that distance, and
a longer chain has no place. The link PCIN = P of the slice before is the same number as C = P of the slice
before (UG479: Z multiplexer, OPMODE[6:4] 001 and 011; C without its register), so a cut is exact. It costs
the way over the fabric.
"""

from __future__ import annotations

from typing import Any

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.utilization import Netlist

LONGEST = 10
_FROM_PCIN, _FROM_C = ["1", "0", "0"], ["1", "1", "0"]  # OPMODE[4], [5], [6]
_BITS = 48


def cut_long_chains(netlist: Netlist, longest: int = LONGEST) -> int:
    """Cut every chain of more than `longest` slices into parts of about equal length; return the cuts."""
    cuts = 0
    for chain in chains(netlist):
        parts = -(-len(chain) // longest)
        for part in range(1, parts):
            position = part * len(chain) // parts
            _cut(*chain[position - 1 : position + 1])
            cuts += 1
    return cuts


def chains(netlist: Netlist) -> list[list[dict[str, Any]]]:
    """Return the slices of each chain, first to last."""
    slices = [cell for cell in netlist["cells"].values() if cell["type"] == "DSP48E1"]
    next_of = {cell["connections"]["PCIN"][0]: cell for cell in slices if _is_net(cell, "PCIN")}
    driven = {cell["connections"]["PCOUT"][0] for cell in slices if _is_net(cell, "PCOUT")}
    found = []
    for cell in slices:
        if not (_is_net(cell, "PCIN") and cell["connections"]["PCIN"][0] in driven):
            chain = [cell]
            while _is_net(chain[-1], "PCOUT") and (
                after := next_of.get(chain[-1]["connections"]["PCOUT"][0])
            ):
                chain.append(after)
            found.append(chain)
    return found


def _is_net(cell: dict[str, Any], port: str) -> bool:
    return isinstance(cell["connections"].get(port, ["x"])[0], int)


def _cut(before: dict[str, Any], after: dict[str, Any]) -> None:
    ports = after["connections"]
    unused = all(bit in ("0", "x") for bit in ports.get("C", []))
    if ports["OPMODE"][4:] != _FROM_PCIN or not unused or len(before["connections"].get("P", [])) != _BITS:
        mode = "".join(map(str, reversed(ports["OPMODE"])))
        raise VendorToolError(
            f"nextpnr has no place for a chain of more than {LONGEST} DSP slices, and this one cannot be cut "
            f"(OPMODE {mode}): add up fewer products in one expression of the RTL"
        )
    ports["OPMODE"] = ports["OPMODE"][:4] + _FROM_C
    ports["C"] = list(before["connections"]["P"])
    after["parameters"]["CREG"] = "0" * 32
    after["port_directions"]["C"] = "input"
    del ports["PCIN"], before["connections"]["PCOUT"]
