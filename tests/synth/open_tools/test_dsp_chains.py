# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Chains of DSP slices are cut without changing the sum that they compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.dsp_chains import LONGEST, cut_long_chains

PCIN, C, ZERO = ["1", "0", "0"], ["1", "1", "0"], ["0", "0", "0"]


def chain(length: int, first_net: int = 100) -> dict[str, Any]:
    """Return a netlist with slices that each add a product to what the one before hands on."""
    cells = {}
    for index in range(length):
        net = first_net + 1000 * index
        ports: dict[str, list[Any]] = {
            "OPMODE": ["1", "0", "1", "0", *(PCIN if index else ZERO)],
            "C": ["0"] * 48,
            "P": list(range(net, net + 48)),
        }
        if index:
            ports["PCIN"] = list(range(net - 1000 + 500, net - 1000 + 548))
        if index < length - 1:
            ports["PCOUT"] = list(range(net + 500, net + 548))
        cells[f"{first_net}_{index}"] = {
            "type": "DSP48E1",
            "parameters": {"CREG": "1"},
            "connections": ports,
            "port_directions": {},
        }
    return {"cells": cells}


def total(netlist: dict[str, Any], products: dict[str, int]) -> int:
    """Evaluate the chain as UG479 defines it: what comes out of the slice that nothing reads."""
    cells = netlist["cells"]
    by_p = {cell["connections"]["P"][0]: name for name, cell in cells.items()}
    by_pcout = {
        cell["connections"]["PCOUT"][0]: name
        for name, cell in cells.items()
        if "PCOUT" in cell["connections"]
    }

    def value(name: str) -> int:
        ports = cells[name]["connections"]
        selected = ports["OPMODE"][4:]
        if selected == PCIN:
            return products[name] + value(by_pcout[ports["PCIN"][0]])
        if selected == C:
            assert int(cells[name]["parameters"]["CREG"], 2) == 0
            return products[name] + value(by_p[ports["C"][0]])
        return products[name]

    return value(list(cells)[-1])


def runs(netlist: dict[str, Any]) -> list[int]:
    """Return the lengths of the chains."""
    cells = [cell["connections"] for cell in netlist["cells"].values()]
    lengths: list[int] = []
    for ports in cells:
        if "PCIN" in ports:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


@pytest.mark.parametrize(
    ("length", "parts"), [(1, [1]), (10, [10]), (11, [5, 6]), (16, [8, 8]), (21, [7] * 3)]
)
def test_a_chain_is_cut_into_equal_parts_with_the_same_sum(length: int, parts: list[int]) -> None:
    netlist = chain(length)
    random = np.random.default_rng(length)
    products = {name: int(random.integers(-(2**20), 2**20)) for name in netlist["cells"]}
    wanted = total(netlist, products)
    assert wanted == sum(products.values())
    assert cut_long_chains(netlist) == len(parts) - 1
    assert runs(netlist) == parts and max(parts) <= LONGEST
    assert total(netlist, products) == wanted


def test_other_chains_and_cells_stay_as_they_are() -> None:
    netlist = chain(3)
    netlist["cells"] |= chain(12, first_net=50_000)["cells"]
    netlist["cells"]["lut"] = {"type": "LUT6", "connections": {"O": [9]}}
    before = {name: repr(cell) for name, cell in netlist["cells"].items()}
    assert cut_long_chains(netlist) == 1
    changed = [name for name, cell in netlist["cells"].items() if repr(cell) != before[name]]
    assert changed == ["50000_5", "50000_6"]


@pytest.mark.parametrize("damage", [{"C": [7] * 48}, {"OPMODE": ["1", "0", "1", "0", 5, "0", "0"]}])
def test_a_chain_that_cannot_be_cut_is_refused(damage: dict[str, list[Any]]) -> None:
    netlist = chain(11)
    netlist["cells"]["100_5"]["connections"] |= damage
    with pytest.raises(VendorToolError, match="add up fewer products"):
        cut_long_chains(netlist)
