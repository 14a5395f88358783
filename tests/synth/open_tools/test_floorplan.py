# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Memories, DSP slices and the processor's LUTs get places of their own, in the order of the data."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.floorplan import PROCESSOR, arrange, loop
from bbcu_fpga.synth.open_tools.prjxray import Site

COLUMNS, ROWS = (59, 93, 138, 167), range(5, 65, 5)
LAYERS = [f"layer_{index}" for index in range(12)]


def chip() -> list[Site]:
    """Return a small chip: four columns of block RAM, one half as high, one of DSP slices, and slices."""
    sites = [
        Site(column, row, name)
        for column, rows in (*((column, ROWS) for column in COLUMNS), (19, ROWS[6:]))
        for row in rows
        for name in ("RAMB36_X0Y0", "RAMB18_X0Y0", "RAMB18_X0Y1")
    ]
    sites += [Site(68, row, f"DSP48_X0Y{index}") for row in ROWS for index in range(2)]
    sites += [
        Site(column, row, f"SLICE_X{index}Y0")
        for column in (53, 54, 90)
        for row in range(40, 70)
        for index in range(2)
    ]
    return sites


def cell(kind: str, inputs: dict[str, list[Any]] | None = None, outputs: dict[str, list[Any]] | None = None):
    """Return a cell of a netlist."""
    inputs, outputs = inputs or {}, outputs or {}
    return {
        "type": kind,
        "port_directions": {**dict.fromkeys(inputs, "input"), **dict.fromkeys(outputs, "output")},
        "connections": {**inputs, **outputs},
    }


def named(layer: str, what: str) -> str:
    """Return a name as yosys gives it within the shell."""
    return f"system.accelerator_inst.{layer}_inst.impl.{what}"


def memories(count: int, kind: str) -> dict[str, Any]:
    """Return `count` block RAMs of each layer, the last layer first."""
    return {named(layer, f"m{index}"): cell(kind) for layer in reversed(LAYERS) for index in range(count)}


def split(bel: str) -> tuple[int, int, str]:
    """Return column, row and rest of a place."""
    found = re.fullmatch(r"X(\d+)Y(\d+)/(.*)", bel)
    assert found is not None
    return int(found[1]), int(found[2]), found[3]


@given(st.dictionaries(st.integers(0, 200), st.sets(st.integers(0, 200), min_size=2, max_size=9), min_size=1))
def test_the_loop_has_every_tile_of_the_whole_columns_once(columns: dict[int, set[int]]) -> None:
    height = max(map(len, columns.values()))
    tiles = {(column, row) for column, rows in columns.items() if len(rows) == height for row in rows}
    path = loop(columns)
    assert len(path) == len(tiles) and set(path) == tiles


def test_the_loop_has_no_jumps_and_ends_where_it_begins() -> None:
    path = loop(dict.fromkeys(COLUMNS, ROWS))
    for (column, row), (after, below) in itertools.pairwise(path):
        assert (after == column and abs(below - row) == ROWS.step) or (after != column and below == row)
    assert path[0] == (COLUMNS[0], ROWS[len(ROWS) // 2 - 1])
    assert path[-1] == (COLUMNS[0], ROWS[len(ROWS) // 2])


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("kind", ["RAMB18E1", "RAMB36E1"])
def test_memories_follow_the_layers_along_the_loop(count: int, kind: str) -> None:
    places = arrange({"cells": memories(count, kind)}, LAYERS, chip())
    path = loop(dict.fromkeys(COLUMNS, ROWS))
    names = [named(layer, f"m{index}") for layer in LAYERS for index in range(count)]
    steps = [path.index(split(places[name])[:2]) for name in names]
    assert steps == sorted(steps)
    assert len(set(places.values())) == len(places) == len(names)
    assert all(bel.endswith(f".{kind}") and f"/{kind[:6]}_X0Y" in bel for bel in places.values())


def test_a_half_and_a_whole_block_ram_share_no_tile() -> None:
    halves = memories(1, "RAMB18E1")
    cells = {**halves, **{f"{name}_whole": cell("RAMB36E1") for name in halves}}
    tiles: dict[bool, set[tuple[int, ...]]] = {True: set(), False: set()}
    for name, bel in arrange({"cells": cells}, LAYERS, chip()).items():
        tiles[name.endswith("_whole")].add(split(bel)[:2])
    assert tiles[True] and tiles[False] and not tiles[True] & tiles[False]


def test_short_columns_are_taken_when_the_whole_ones_are_full() -> None:
    cells = {**memories(4, "RAMB36E1"), named("layer_0", "more"): cell("RAMB36E1")}
    places = arrange({"cells": cells}, LAYERS, chip())
    assert len(set(places.values())) == 49
    assert {split(bel)[0] for bel in places.values()} == {19, *COLUMNS}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (memories(5, "RAMB36E1"), "takes 60 block RAMs, and the chip has 54: choose"),
        (
            {**memories(1, "RAMB18E1"), **{named("layer_1", f"{i}"): cell("DSP48E1") for i in range(25)}},
            "takes 25 DSP slices, and the chip has 24: choose",
        ),
    ],
)
def test_more_blocks_than_the_chip_has_are_refused(cells: dict[str, Any], reason: str) -> None:
    with pytest.raises(VendorToolError, match=reason):
        arrange({"cells": cells}, LAYERS, chip())


def test_a_dsp_slice_stands_beside_the_memory_of_its_layer() -> None:
    slices = {
        layer: f"$flatten\\system.\\accelerator_inst.\\{layer}_inst.\\impl.$mul$1"
        for layer in ("layer_0", "layer_6")
    }
    cells = {**memories(1, "RAMB36E1"), **{name: cell("DSP48E1") for name in slices.values()}}
    places = arrange({"cells": cells}, LAYERS, chip())
    for layer, name in slices.items():
        assert split(places[name])[:2] == (68, split(places[named(layer, "m0")])[1])


def test_what_is_of_no_layer_or_in_a_chain_is_left_to_the_placer() -> None:
    cells = {
        **memories(1, "RAMB36E1"),
        named("layer_3", "sum_0"): cell("DSP48E1", outputs={"PCOUT": [7]}),
        named("layer_3", "sum_1"): cell("DSP48E1", {"PCIN": [7]}),
        "system.shell.words": cell("RAMB36E1"),
        named("layer_3", "logic"): cell("LUT6"),
    }
    netlist = {"cells": cells}
    assert arrange(netlist, LAYERS, chip()).keys() == memories(1, "RAMB36E1").keys()
    assert netlist["settings"]


def test_luts_behind_the_processor_stand_beside_its_pins_with_their_registers() -> None:
    cells = {f"processor${index}": cell("LUT1", {"I0": [index]}, {"O": [100 + index]}) for index in range(9)}
    for index in range(3):  # with a register and a LUT behind it
        cells[f"register_{index}"] = cell("FDRE", {"D": [100 + index], "CE": [50]}, {"Q": [200 + index]})
        cells[f"logic_{index}"] = cell("LUT6", {"I0": [100 + index]}, {"O": [300 + index]})
    cells["alone"] = cell("FDRE", {"D": [103], "CE": [50]}, {"Q": [203]})
    cells["enabled"] = cell("FDRE", {"D": [400], "CE": [104]}, {"Q": [204]})
    fixed = {name: split(bel) for name, bel in arrange({"cells": cells}, LAYERS, chip()).items()}
    assert fixed.keys() == {f"processor${index}" for index in range(9) if index != 3} | {
        f"register_{index}" for index in range(3)
    }
    slices = [(x, y, bel.partition(".")[0]) for name, (x, y, bel) in fixed.items() if "processor" in name]
    assert len(set(slices)) == len(slices)
    assert all(abs(x - PROCESSOR[0]) <= 3 and abs(y - PROCESSOR[1]) <= 3 for x, y, _ in slices)
    for index in range(3):
        *tile, lut = fixed[f"processor${index}"]
        assert fixed[f"register_{index}"] == (*tile, lut.replace("A6LUT", "AFF"))
