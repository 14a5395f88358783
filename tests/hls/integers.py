# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""C++ types of integers, and their widths."""

from __future__ import annotations

Limits = tuple[int, int]


def integer_type(bits: int, signed: bool = True) -> str:
    """Return the C++ type of an integer."""
    return f"ap_{'' if signed else 'u'}int<{bits}>"


def signed_bits(limits: Limits) -> int:
    """Return the bits of a two's complement number within the limits."""
    return max(limits[1], -limits[0] - 1).bit_length() + 1
