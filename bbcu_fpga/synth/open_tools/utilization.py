# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a netlist uses of a 7-series device, counted cell by cell.

LUTs of the memory cells are those of AMD's UG474 (7 Series CLB), tables 2-3 and 2-9.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.errors import VendorToolError

# LUTs that one distributed memory takes: a dual-port memory keeps its words once per port
_LUTRAM = {
    **dict.fromkeys(("RAM32X1S", "RAM64X1S"), 1),
    **dict.fromkeys(("RAM32X1D", "RAM64X1D", "RAM128X1S", "RAM32X2S"), 2),
    **dict.fromkeys(("RAM32M", "RAM64M", "RAM128X1D", "RAM256X1S"), 4),
}
_SRL = ("SRL16E", "SRLC16E", "SRLC32E")
# an inverter before a carry chain or a set or reset is a LUT of its own
_LOGIC = ("LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "LUT6_2", "INV")
_FF = tuple(f"{kind}{edge}" for kind in ("FDRE", "FDSE", "FDCE", "FDPE") for edge in ("", "_1"))
_LATCH = ("LDCE", "LDPE")
# counted by name, or not at all: they take no resource of their own that runs short
_OTHER = ("CARRY4", "MUXF7", "MUXF8", "RAMB18E1", "RAMB36E1", "DSP48E1")
_FREE = ("VCC", "GND", "IBUF", "OBUF", "BUFG", "BUFGCTRL", "PS7", "$scopeinfo")

Netlist = dict[str, Any]


class Utilization(BaseModel):
    """Resources of a netlist before packing.

    `LUT` is logic, memory and shift registers; `LUTRAM` and `SRL` are the parts of it that are memory and
    shift registers. Packing may put two small LUTs into one, so a placed design has fewer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    LUT: int
    FF: int
    RAMB36: int
    RAMB18: int
    DSP: int
    LUTRAM: int
    SRL: int
    CARRY4: int
    source: Literal["yosys"] = "yosys"
    version: str

    @property
    def BRAM18(self) -> int:  # noqa: N802 - the name it has in reports
        """Block RAM in halves of 18 Kbit."""
        return 2 * self.RAMB36 + self.RAMB18

    @property
    def resources(self) -> dict[str, int]:
        """Resources keyed as layers and boards report them."""
        return {"LUT": self.LUT, "FF": self.FF, "BRAM18": self.BRAM18, "DSP": self.DSP}


def read_netlist(path: Path) -> Netlist:
    """Return the top module of a netlist that yosys wrote as JSON.

    Raises VendorToolError if it is not one, or has not exactly one top module.
    """
    try:
        return top_module(json.loads(path.read_text()), path)
    except (OSError, ValueError) as error:
        raise VendorToolError(f"{path}: not a netlist of yosys ({error}); synthesize again") from error


def top_module(design: Any, path: Path) -> Netlist:
    """Return the top module of a parsed netlist; `path` is named where there is none."""
    try:
        modules = design["modules"].values()
        tops = [module for module in modules if int(module["attributes"].get("top", "0"), 2)]
        regular = all(isinstance(cell["connections"], dict) for top in tops for cell in top["cells"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise VendorToolError(f"{path}: not a netlist of yosys ({error!r}); synthesize again") from error
    if len(tops) != 1 or not regular:
        raise VendorToolError(f"{path}: {len(tops)} modules are marked as top, expected 1")
    return dict(tops[0])


def count(netlist: Netlist, version: str) -> Utilization:
    """Count the cells of a flat netlist; `version` is that of the yosys that wrote it.

    Raises VendorToolError for a cell of which it is not known what it takes.
    """
    cells = Counter(str(cell["type"]) for cell in netlist["cells"].values())
    known = {*_LUTRAM, *_SRL, *_LOGIC, *_FF, *_LATCH, *_OTHER, *_FREE}
    if unknown := sorted(cells.keys() - known):
        raise VendorToolError(
            f"the netlist has cells that are not counted: {', '.join(unknown)}; add them to {__name__}"
        )
    lutram = sum(luts * cells[kind] for kind, luts in _LUTRAM.items())
    return Utilization(
        LUT=_sum(cells, _LOGIC) + lutram + _sum(cells, _SRL),
        FF=_sum(cells, _FF) + _sum(cells, _LATCH),
        RAMB36=cells["RAMB36E1"],
        RAMB18=cells["RAMB18E1"],
        DSP=cells["DSP48E1"],
        LUTRAM=lutram,
        SRL=_sum(cells, _SRL),
        CARRY4=cells["CARRY4"],
        version=version,
    )


def _sum(cells: Mapping[str, int], kinds: tuple[str, ...]) -> int:
    return sum(cells[kind] for kind in kinds)
