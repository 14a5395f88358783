# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Give block RAMs, DSP slices and the LUTs behind the processor their places, in the order of the data.

nextpnr starts from a heap of cells and knows nothing of the pipeline. Block RAMs and DSP slices lie in a few
columns of the chip; it spreads those of one layer over all of them, and the wires become three times as long.
Here the layers follow a loop through the columns, from the processor and back to it, and the logic settles
around its memories by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.placeable import PROCESSOR_LUT
from bbcu_fpga.synth.open_tools.prjxray import Site
from bbcu_fpga.synth.open_tools.utilization import Netlist

# Where the pins of the PS7 that the shell uses enter the fabric of an xc7z020: column 51, rows 47 to 62.
# Found by following nextpnr's wires; it believes the PS7 at column 32.
PROCESSOR = (51, 55)
# How much nextpnr's router trusts its guess of the way that is left. At its own 1.25, and without the places,
# its second pass did not end within ten minutes; neither remedy was tried alone to the end.
SETTINGS = {"router2/estimateWeight": "2.5"}

_INSTANCE = re.compile(r"\baccelerator_inst\.\\?(\w+)_inst\b")
_REGISTERS = ("FDRE", "FDSE", "FDCE", "FDPE")
_Place = tuple[int, int]  # column and row of a tile


class _Block(NamedTuple):
    layer: int
    name: str
    cell: dict[str, Any]


def arrange(netlist: Netlist, layers: Sequence[str], sites: Iterable[Site]) -> dict[str, str]:
    """Return nextpnr's name of the place of each cell that gets one, and put its settings at the netlist.

    Blocks of no layer, DSP slices in a chain, and a LUT that feeds one register alone are left to the placer.

    Args:
        netlist: of an accelerator in its shell, with hierarchical names.
        layers: names of the operators, in the order of the data.
        sites: of the chip.

    Raises:
        VendorToolError: the chip has fewer block RAMs or DSP slices than the netlist.
    """
    chip = _tiles(sites)
    places: dict[str, str] = {}
    rank = {name: index for index, name in enumerate(layers)}
    memories = _place_memories(_blocks(netlist, rank, ("RAMB36E1", "RAMB18E1")), chip, places)
    slices = _blocks(netlist, rank, ("DSP48E1",))
    _check("DSP slices", len(slices), sum(map(len, chip["DSP48"].values())))
    _place_dsp_slices([block for block in slices if not _is_chained(block.cell)], memories, chip, places)
    _place_processor_luts(netlist, chip, places)
    netlist.setdefault("settings", {}).update(SETTINGS)
    return places


def loop(columns: Mapping[int, Iterable[int]]) -> list[_Place]:
    """Return the tiles of the whole columns: through their upper halves, back through the lower ones."""
    rows = {column: sorted(of_column) for column, of_column in columns.items()}
    height = max((len(of_column) for of_column in rows.values()), default=0)
    whole = sorted(column for column in rows if len(rows[column]) == height)
    away, back = [], []
    for count, column in enumerate(whole):
        upper, lower = rows[column][: height // 2], rows[column][height // 2 :]
        # every other column is passed from the middle of the chip to its edge, the others from there to it
        away += [(column, row) for row in (upper[::-1] if count % 2 == 0 else upper)]
        back += [(column, row) for row in (lower if count % 2 == 0 else lower[::-1])]
    return away + back[::-1]


_Chip = dict[str, dict[_Place, list[str]]]


def _tiles(sites: Iterable[Site]) -> _Chip:
    """Return for each kind of site the tiles that have it, with the names of the sites in a tile."""
    chip: _Chip = defaultdict(lambda: defaultdict(list))
    for site in sites:
        chip[site.name.partition("_")[0]][site.column, site.row].append(site.name)
    return chip


def _blocks(netlist: Netlist, rank: Mapping[str, int], kinds: Sequence[str]) -> list[_Block]:
    """Return the cells of these kinds that belong to a layer, in the order of the layers."""
    found = []
    for name, cell in netlist["cells"].items():
        instance = _INSTANCE.search(name) if cell["type"] in kinds else None
        if instance is not None and instance[1] in rank:
            found.append(_Block(rank[instance[1]], name, cell))
    return sorted(found, key=lambda block: block[:2])


def _place_memories(blocks: Sequence[_Block], chip: _Chip, places: dict[str, str]) -> dict[int, _Place]:
    """Spread block RAMs evenly over the loop, two halves to a tile; return where each layer begins."""
    tiles: list[list[_Block]] = []
    half: list[_Block] = []
    for block in blocks:
        if block.cell["type"] == "RAMB36E1":
            tiles.append([block])
            continue
        if len(half) in (0, 2):
            half = []
            tiles.append(half)
        half.append(block)
    path = loop(_columns(chip["RAMB36"]))
    if len(tiles) > len(path):
        path += sorted(chip["RAMB36"].keys() - set(path))  # short columns lie aside
    _check("block RAMs", len(tiles), len(path))
    beginnings: dict[int, _Place] = {}
    for index, tile in enumerate(tiles):
        place = path[index * len(path) // len(tiles)]
        for number, block in enumerate(tile):
            kind = block.cell["type"].removesuffix("E1")
            site = sorted(chip[kind][place])[number]
            places[block.name] = _bel(place, site, block.cell["type"])
            beginnings.setdefault(block.layer, place)
    return beginnings


def _check(what: str, wanted: int, there: int) -> None:
    if wanted > there:
        raise VendorToolError(
            f"the accelerator takes {wanted} {what}, and the chip has {there}: choose a smaller frame or a "
            "lower target_fps"
        )


def _columns(tiles: Iterable[_Place]) -> dict[int, list[int]]:
    columns: dict[int, list[int]] = defaultdict(list)
    for column, row in tiles:
        columns[column].append(row)
    return columns


def _place_dsp_slices(
    blocks: Sequence[_Block], memories: Mapping[int, _Place], chip: _Chip, places: dict[str, str]
) -> None:
    """Give each slice the free one next to the block RAM of its layer, or of the layer next to that."""
    free = {place: sorted(names) for place, names in chip["DSP48"].items()}
    for block in blocks if memories else ():
        goal = memories[min(memories, key=lambda layer: abs(layer - block.layer))]
        nearest = min((place for place in free if free[place]), key=lambda place: _distance(place, goal))
        places[block.name] = _bel(nearest, free[nearest].pop(0), "DSP48E1")


def _is_chained(slice_: Mapping[str, Any]) -> bool:
    """Tell whether a DSP slice hands its sum to another, or takes one: nextpnr places these as one."""
    return any(
        isinstance(bit, int) for port in ("PCIN", "PCOUT") for bit in slice_["connections"].get(port, ())
    )


def _place_processor_luts(netlist: Netlist, chip: _Chip, places: dict[str, str]) -> None:
    """Put each LUT behind a pin of the PS7, and a register of its output, into a slice beside the pins."""
    near = sorted(chip["SLICE"], key=lambda place: (_distance(place, PROCESSOR), place))
    slices = ((place, name) for place in near for name in sorted(chip["SLICE"][place]))
    sinks: dict[Any, list[str]] = defaultdict(list)
    for name, cell in netlist["cells"].items():
        for port, bits in cell["connections"].items():
            if cell["port_directions"][port] != "output":
                for bit in bits:
                    sinks[bit].append(name)
    for name, cell in netlist["cells"].items():
        if not name.startswith(PROCESSOR_LUT):
            continue
        fed = sinks[cell["connections"]["O"][0]]
        registers = [sink for sink in fed if _registers(netlist["cells"][sink], cell)]
        if registers and len(fed) == 1:
            continue
        place, site = next(slices)
        places[name] = _bel(place, site, "A6LUT")
        if registers:  # nextpnr packs the two into one place
            places[registers[0]] = _bel(place, site, "AFF")


def _registers(cell: Mapping[str, Any], lut: Mapping[str, Any]) -> bool:
    """Tell whether a cell is a register of what a LUT puts out."""
    return cell["type"] in _REGISTERS and bool(cell["connections"]["D"] == lut["connections"]["O"])


def _distance(one: _Place, other: _Place) -> int:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _bel(place: _Place, site: str, bel: str) -> str:
    return f"X{place[0]}Y{place[1]}/{site}.{bel}"
