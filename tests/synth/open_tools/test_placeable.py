# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""LUTs of two outputs become LUTs of one that compute the same; outputs of the processor get one sink."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.synth.open_tools.placeable import buffer_processor_outputs, split_dual_luts

OUT5, OUT6 = 50, 60
PINS = [f"I{i}" for i in range(6)]


def dual_lut(table: int, inputs: list[Any], users: list[int]) -> dict[str, Any]:
    """Return a netlist of one LUT6_2 whose outputs `users` leave the module."""
    connections = {pin: [bit] for pin, bit in zip(PINS, inputs, strict=True)}
    cell = {
        "type": "LUT6_2",
        "parameters": {"INIT": f"{table:064b}"},
        "port_directions": {**dict.fromkeys(PINS, "input"), "O5": "output", "O6": "output"},
        "connections": {**connections, "O5": [OUT5], "O6": [OUT6]},
    }
    return {"cells": {"lut": cell}, "ports": {"out": {"direction": "output", "bits": users}}}


def evaluate(cell: dict[str, Any], values: dict[Any, int]) -> int:
    """Return the output of a LUT1 to LUT6."""
    inputs = int(cell["type"].removeprefix("LUT"))
    bits = [values[cell["connections"][f"I{i}"][0]] for i in range(inputs)]
    return int(cell["parameters"]["INIT"][::-1][sum(bit << i for i, bit in enumerate(bits))])


@pytest.mark.parametrize(
    "inputs",
    [
        [2, 3, 4, 5, 6, "1"],
        [2, 3, "0", "1", 6, "1"],
        [2, 3, 2, 5, 3, "1"],
        [2, 3, 4, 5, 6, 7],
        ["0", "1", "0", "0", "1", "1"],
    ],
)
def test_the_halves_compute_what_the_whole_did(inputs: list[Any]) -> None:
    table = int(np.random.default_rng(len(set(inputs))).integers(0, 2**63)) * 2 + 1
    netlist = dual_lut(table, inputs, [OUT5, OUT6])
    assert split_dual_luts(netlist) == 1
    halves = {cell["connections"]["O"][0]: cell for cell in netlist["cells"].values()}
    assert halves.keys() == {OUT5, OUT6}
    nets = sorted({bit for bit in inputs if isinstance(bit, int)})
    for cell in halves.values():
        connected = [cell["connections"][pin][0] for pin in PINS if pin in cell["connections"]]
        assert len(set(connected)) == len(connected) and (not nets or set(connected) <= set(nets))
    for choice in itertools.product((0, 1), repeat=len(nets)):
        values: dict[Any, int] = {**dict(zip(nets, choice, strict=True)), "0": 0, "1": 1}
        index = sum(values[bit] << i for i, bit in enumerate(inputs))
        assert evaluate(halves[OUT6], values) == table >> index & 1
        assert evaluate(halves[OUT5], values) == table >> (index & 31) & 1


def test_an_unused_output_costs_nothing() -> None:
    netlist = dual_lut(1, [2, 3, 4, 5, 6, "1"], [OUT6])
    split_dual_luts(netlist)
    assert [cell["connections"]["O"] for cell in netlist["cells"].values()] == [[OUT6]]


def test_an_output_of_the_processor_feeds_one_lut_that_feeds_what_it_fed() -> None:
    directions = {"MAXIGP0WDATA": "output", "FCLKCLK": "output", "SAXIHP0WDATA": "input"}
    connections = {"MAXIGP0WDATA": [2, 3], "FCLKCLK": [4], "SAXIHP0WDATA": [7, 2]}
    processor = {"type": "PS7", "port_directions": directions, "connections": connections}
    flip_flop = {
        "type": "FDRE",
        "port_directions": {"C": "input", "D": "input", "CE": "input", "Q": "output"},
        "connections": {"C": [4], "D": [2], "CE": ["1"], "Q": [7]},
    }
    netlist = {
        "cells": {"ps7": processor, "register": flip_flop},
        "ports": {},
    }
    assert buffer_processor_outputs(netlist) == 1  # bit 3 feeds nothing
    (lut,) = [cell for cell in netlist["cells"].values() if cell["type"] == "LUT1"]
    assert [evaluate(lut, {2: value}) for value in (0, 1)] == [0, 1]
    (buffered,) = lut["connections"]["O"]
    assert buffered not in {2, 3, 4, 7}
    assert processor["connections"] == {"MAXIGP0WDATA": [2, 3], "FCLKCLK": [4], "SAXIHP0WDATA": [7, buffered]}
    assert flip_flop["connections"] == {"C": [4], "D": [buffered], "CE": ["1"], "Q": [7]}
