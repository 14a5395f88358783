# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The prjxray database: which configuration bits a feature of a tile is made of.

Formats are those of the project's documentation: `tilegrid.json` says where the bits of a tile begin,
`segbits_*.db` lists per feature the bits `FRAME_BIT` relative to that (`!`: the bit must be 0), `ppips_*.db`
the connections that need no bit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bbcu_fpga.errors import VendorToolError

WORD_BITS = 32
_INDEX = re.compile(r"\[(\d+)\]$")
_SITE = re.compile(r"(\w+)_X(\d+)Y(\d+)$")
_BLOCKS = {"CLB_IO_CLK": "", "BLOCK_RAM": ".block_ram"}


class Site(NamedTuple):
    """A site of the chip: column and row of its tile, row 0 at the top, and its name within the tile.

    Names count from the corner of the tile, as nextpnr's do: RAMB36_X0Y0, RAMB18_X0Y1, SLICE_X1Y0.
    """

    column: int
    row: int
    name: str


class ConfigurationBit(NamedTuple):
    """A bit of the device: address of the frame, word, bit of the word, and what it must be."""

    frame: int
    word: int
    bit: int
    value: bool


class _SegmentBit(NamedTuple):
    frame: int
    bit: int
    value: bool


_Features = dict[tuple[str, int], list[_SegmentBit]]


@dataclass(frozen=True)
class _Block:
    """Where the bits of a tile are: first frame, first word, and the tile type and sites that name them."""

    base: int
    offset: int
    tile_type: str
    sites: dict[str, str]


class Database:
    """The database of one part, read as tiles are asked for.

    Args:
        family: folder of the family, e.g. ``.../prjxray/database/zynq7``.
        fabric: chip whose tile grid is meant, e.g. ``xc7z020``.
        part: e.g. ``xc7z020clg400-1``.
    """

    def __init__(self, family: Path, fabric: str, part: str) -> None:
        self.family, self.part = family, part
        grid = family / fabric / "tilegrid.json"
        try:
            self._grid: dict[str, dict[str, Any]] = json.loads(grid.read_text())
        except (OSError, ValueError) as error:
            raise VendorToolError(f"{grid}: not a tile grid of prjxray ({error})") from error
        self._segments: dict[tuple[str, str], _Features] = {}
        self._without_bits: dict[str, set[str]] = {}

    @classmethod
    def of(cls, family: Path, part: str) -> Database:
        """Return the database of a part, whose chip is the beginning of its name."""
        chip = re.match(r"xc7z\d+", part)
        return cls(family, chip.group() if chip else part, part)

    @property
    def part_file(self) -> Path:
        """Description of the part's frames, which the programs of prjxray read."""
        return self.family / self.part / "part.yaml"

    def required_features(self) -> list[str]:
        """Return the FASM lines that every design of this part needs."""
        path = self.family / self.part / "required_features.fasm"
        return path.read_text().splitlines() if path.exists() else []

    def sites(self) -> Iterator[Site]:
        """Return every site of the chip."""
        for tile in self._grid.values():
            corners: dict[str, tuple[int, int]] = {}
            found = [match.groups() for match in map(_SITE.match, tile.get("sites", ())) if match]
            for kind, x, y in found:
                left, bottom = corners.get(kind, (int(x), int(y)))
                corners[kind] = (min(left, int(x)), min(bottom, int(y)))
            for kind, x, y in found:
                left, bottom = corners[kind]
                name = f"{kind}_X{int(x) - left}Y{int(y) - bottom}"
                yield Site(tile["grid_x"], tile["grid_y"], name)

    def bits(self, feature: str, index: int) -> list[ConfigurationBit]:
        """Return the bits of one bit of a feature; a connection that is always there has none.

        Raises VendorToolError if there is no such tile or feature.
        """
        tile_name, _, name = feature.partition(".")
        tile = self._grid.get(tile_name)
        if tile is None:
            raise VendorToolError(f"{feature}: {self.part} has no tile {tile_name}")
        for kind, place in tile["bits"].items():
            block = _block(place, tile["type"])
            found = self._features(block.tile_type, kind).get((_renamed(name, block.sites), index))
            if found is not None:
                return [
                    ConfigurationBit(block.base + bit.frame, word + block.offset, position, bit.value)
                    for bit in found
                    for word, position in [divmod(bit.bit, WORD_BITS)]
                ]
        if index == 0 and name in self._connections(tile["type"]):
            return []
        raise VendorToolError(f"{feature}[{index}]: tiles of type {tile['type']} have no such feature")

    def _features(self, tile_type: str, block: str) -> _Features:
        key = (tile_type, block)
        if key not in self._segments:
            path = self.family / f"segbits_{tile_type.lower()}{_BLOCKS.get(block, '')}.db"
            self._segments[key] = _read_segments(path)
        return self._segments[key]

    def _connections(self, tile_type: str) -> set[str]:
        if tile_type not in self._without_bits:
            path = self.family / f"ppips_{tile_type.lower()}.db"
            lines = path.read_text().splitlines() if path.exists() else []
            self._without_bits[tile_type] = {line.split()[0].partition(".")[2] for line in lines if line}
        return self._without_bits[tile_type]


def _block(place: dict[str, Any], tile_type: str) -> _Block:
    """Return where a tile's bits are; half a tile names them as the whole one does, from its own offset."""
    alias = place.get("alias", {"type": tile_type, "start_offset": 0, "sites": {}})
    offset = place["offset"] - alias["start_offset"]
    return _Block(int(place["baseaddr"], 16), offset, alias["type"], alias["sites"])


def _renamed(name: str, sites: dict[str, str]) -> str:
    site, dot, rest = name.partition(".")
    return f"{sites.get(site, site)}{dot}{rest}"


def _read_segments(path: Path) -> _Features:
    features: _Features = {}
    lines = path.read_text().splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        full_name, *bits = line.split()
        name = full_name.partition(".")[2]
        index = _INDEX.search(name)
        key = (name[: index.start()], int(index[1])) if index else (name, 0)
        try:
            features[key] = [_segment_bit(bit) for bit in bits]
        except ValueError as error:
            raise VendorToolError(f"{path}:{number}: not a line of prjxray's database: {line!r}") from error
    return features


def _segment_bit(text: str) -> _SegmentBit:
    frame, bit = text.removeprefix("!").split("_")
    return _SegmentBit(int(frame), int(bit), not text.startswith("!"))
