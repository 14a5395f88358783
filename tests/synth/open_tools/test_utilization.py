# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Cells of a netlist are counted as the device has them; what is not known is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.utilization import count, read_netlist, top_module

NETLIST = Path(__file__).with_name("netlist.json")


def cells(**numbers: int) -> dict[str, Any]:
    """Return a netlist of so many cells of each type."""
    kinds = [kind for kind, number in numbers.items() for _ in range(number)]
    return {"cells": {f"{kind}{index}": {"type": kind} for index, kind in enumerate(kinds)}}


def test_a_netlist_of_yosys_is_counted() -> None:
    found = count(read_netlist(NETLIST), "0.66")
    assert found.resources == {"LUT": 1, "FF": 9, "BRAM18": 1, "DSP": 1}
    assert (found.CARRY4, found.RAMB18, found.source, found.version) == (3, 1, "yosys", "0.66")


def test_memories_and_shift_registers_take_luts() -> None:
    """As in UG474: four LUTs keep a RAM32M, two a RAM64X1D, one a shift register; an inverter is a LUT."""
    found = count(cells(LUT6=5, INV=2, RAM32M=3, RAM64X1D=1, SRL16E=4, SRLC32E=1, FDRE=7, LDCE=1), "0")
    assert (found.LUT, found.LUTRAM, found.SRL, found.FF) == (5 + 2 + 12 + 2 + 5, 14, 5, 8)


def test_block_memory_is_counted_in_halves() -> None:
    found = count(cells(RAMB36E1=2, RAMB18E1=3), "0")
    assert (found.RAMB36, found.RAMB18, found.BRAM18) == (2, 3, 7)


def test_what_takes_nothing_is_not_counted() -> None:
    found = count(cells(PS7=1, BUFG=1, GND=1), "0")
    assert found.resources == {"LUT": 0, "FF": 0, "BRAM18": 0, "DSP": 0}


def test_an_unknown_cell_is_refused() -> None:
    with pytest.raises(VendorToolError, match=r"not counted: MMCME2_ADV, body_0_mvu"):
        count(cells(LUT6=1, MMCME2_ADV=1, body_0_mvu=1), "0")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"modules": 3}', '{"modules": {"a": {}}}', "\0"])
def test_a_damaged_netlist_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "netlist.json"
    path.write_text(text)
    with pytest.raises(VendorToolError, match=r"netlist\.json: not a netlist of yosys"):
        read_netlist(path)


@pytest.mark.parametrize("number", [0, 2])
def test_there_is_one_top(number: int) -> None:
    design = json.loads(NETLIST.read_text())
    (top,) = design["modules"].values()
    design["modules"] = {str(index): top for index in range(number)}
    with pytest.raises(VendorToolError, match=f"n: {number} modules are marked as top"):
        top_module(design, Path("n"))
