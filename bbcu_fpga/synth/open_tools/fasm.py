# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Read FPGA assembly (FASM): one feature of the chip per line, as its specification has it.

A line is `TILE.FEATURE`, `TILE.FEATURE[7]`, or `TILE.FEATURE[15:0] = 16'hBEEF`, with `#` before a comment and
annotations in braces. A feature without index is its bit 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bbcu_fpga.errors import VendorToolError

_LINE = re.compile(
    r"(?P<name>[\w.]+)(?:\[(?P<high>\d+)(?::(?P<low>\d+))?\])?"
    r"(?:\s*=\s*(?:(?P<width>\d+)?'(?P<base>[bodh]))?(?P<digits>[0-9a-fA-F_]+))?"
)
_NOTES = re.compile(r"\{[^}]*\}|#.*")
_BASES = {"b": 2, "o": 8, "d": 10, "h": 16, None: 10}


class Bit(NamedTuple):
    """One bit of a feature that is set, and the line that sets it."""

    feature: str
    position: int
    line: int


def set_bits(lines: Iterable[str]) -> Iterator[Bit]:
    """Yield every bit that the lines set; raises VendorToolError that names a line that is no FASM."""
    for number, text in enumerate(lines, start=1):
        stripped = _NOTES.sub("", text).strip()
        if not stripped:
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise VendorToolError(f"line {number} is no FASM: {stripped[:80]!r}")
        yield from _bits(match, number)


def _bits(match: re.Match[str], number: int) -> Iterator[Bit]:
    high = int(match["high"] or 0)
    low = int(match["low"] or high)
    try:
        value = int(match["digits"] or "1", _BASES[match["base"]])
    except ValueError as error:
        raise VendorToolError(f"line {number} has a value that is none: {match[0][:80]!r}") from error
    if value >> (high - low + 1) or high < low:
        raise VendorToolError(f"line {number} sets more bits than the feature has: {match[0][:80]!r}")
    while value:
        lowest = (value & -value).bit_length() - 1
        yield Bit(match["name"], low + lowest, number)
        value &= value - 1
