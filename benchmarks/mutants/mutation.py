# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A mutant of a source file."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """One change: its line (from 1), that line's text, what is done to it, and the changed source."""

    line: int
    text: str
    change: str
    source: str

    def key(self, file: str) -> str:
        """Return a name that stays when other lines move."""
        return f"{file}: {self.text}: {self.change}"
