# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Configuration frames: what FASM makes of them, and the text form that prjxray's programs read and write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.fasm import set_bits
from bbcu_fpga.synth.open_tools.prjxray import Database

FRAME_WORDS = 101
# the error correction code of a frame, which whoever writes the bitstream computes (UG470, frame ECC)
_ECC_WORD, _ECC_BITS = 50, 0x1FFF
_BITREAD = re.compile(r"\.frame 0x([0-9a-f]+)", re.IGNORECASE)

Frames = dict[int, list[int]]
"""Words of 32 bits by the address of the frame; a frame that is absent is all zero."""


def assemble(lines: Iterable[str], database: Database) -> Frames:
    """Return the frames of a design in FASM, with the features that every design of the part needs.

    Raises VendorToolError that names the line of an unknown feature, or of one that contradicts another.
    """
    frames: Frames = {}
    cleared: dict[tuple[int, int, int], int] = {}
    required = database.required_features()
    for feature, index, line in set_bits([*required, *lines]):
        try:
            bits = database.bits(feature, index)
        except VendorToolError as error:
            raise VendorToolError(f"line {line - len(required)} of the FASM: {error}") from error
        for frame, word, bit, value in bits:
            if value:
                frames.setdefault(frame, [0] * FRAME_WORDS)[word] |= 1 << bit
            else:
                cleared[frame, word, bit] = line - len(required)
    for (frame, word, bit), line in cleared.items():
        if frame in frames and frames[frame][word] >> bit & 1:
            raise VendorToolError(
                f"line {line} of the FASM needs bit {bit} of word {word} of frame 0x{frame:08x} to be 0, and "
                "another feature sets it: two nets use the same wire"
            )
    return frames


def write_frames(frames: Mapping[int, list[int]]) -> str:
    """Return the text that xc7frames2bit reads: address and words of a frame per line."""
    rows = (
        f"0x{frame:08x} " + ",".join(f"0x{word:08x}" for word in frames[frame]) for frame in sorted(frames)
    )
    return "".join(f"{row}\n" for row in rows)


def read_back(path: Path) -> Frames:
    """Return the frames of the file that `bitread -o` writes, without those that are all zero."""
    frames: Frames = {}
    words: list[int] = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if header := _BITREAD.match(line):
            words = frames.setdefault(int(header[1], 16), [])
        elif line.strip():
            try:
                words += [int(word, 16) for word in line.split()]
            except ValueError as error:
                raise VendorToolError(f"{path}:{number}: not what bitread writes: {line[:60]!r}") from error
    return {frame: values for frame, values in frames.items() if any(values)}


def differing(wanted: Frames, found: Frames) -> list[int]:
    """Return the addresses of the frames that are not the same, whatever their error correction code."""
    return sorted(
        frame
        for frame in wanted.keys() | found.keys()
        if _without_code(wanted.get(frame)) != _without_code(found.get(frame))
    )


def _without_code(words: list[int] | None) -> list[int]:
    if words is None:
        return [0] * FRAME_WORDS
    return [word & ~_ECC_BITS if index == _ECC_WORD else word for index, word in enumerate(words)]
