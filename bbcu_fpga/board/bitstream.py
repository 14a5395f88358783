# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The header of a .bit file, as Vivado writes it and pynq reads it."""

from __future__ import annotations

import struct

_MAGIC = bytes.fromhex("0ff00ff00ff00ff000")
_EMPTY_PAYLOAD = 64


def stand_in(design: str, part: str) -> bytes:
    """Return a .bit file without configuration data: for a simulated board, whose logic comes from Verilog.

    Args:
        design: name of the design.
        part: as ``xc7z020clg400-1``; the file has it without prefix and speed grade, as Vivado's have.
    """
    short = part.removeprefix("xc").rpartition("-")[0]
    fields = {"a": f"{design};simulated", "b": short, "c": "2026/01/01", "d": "00:00:00"}
    header = struct.pack(">H", len(_MAGIC)) + _MAGIC + struct.pack(">H", 1)
    for key, text in fields.items():
        value = text.encode() + b"\0"
        header += key.encode() + struct.pack(">H", len(value)) + value
    return header + b"e" + struct.pack(">I", _EMPTY_PAYLOAD) + bytes(_EMPTY_PAYLOAD)
