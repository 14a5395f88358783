# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Mutants of SystemVerilog: operators, comparisons, widths, signs and constants, changed in the text.

Parameters' defaults, checks at elaboration, assertions and comments are left alone: they make no hardware.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.mutants.mutation import Mutation

_CHANGES = (
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" \* ", " + "),
    (r" && ", " || "),
    (r" \|\| ", " && "),
    (r" == ", " != "),
    (r" != ", " == "),
    (r" < ", " <= "),
    (r" >= ", " > "),
    (r" > ", " >= "),
    (r" \^ ", " | "),
    (r" \| ", " & "),
    (r" << ", " >> "),
    (r"-1:0\]", "-2:0]"),
    (r"-1:0\]", ":0]"),
    (r"\bsigned ", ""),
    (r"(?<=[ (,{])!(?=\w)", ""),
    (r"(?<=[ (,{])~(?=[\w(])", ""),
    (r"1'b0", "1'b1"),
    (r"1'b1", "1'b0"),
    (r"'0", "'1"),
    (r"(?<= )\+ 1(?=\W)", "+ 2"),
    (r"(?<= )- 1(?=\W)", "- 2"),
)
_SKIPPED = re.compile(r"^\s*(//|parameter |\$error|`|module |import |endmodule)|: g_bad")


def mutations(source: str) -> Iterator[Mutation]:
    """Yield every mutant of a SystemVerilog source, in the order of the lines."""
    lines = source.splitlines(keepends=True)
    for number in _hardware(lines):
        code, comment = _split(lines[number])
        for pattern, replacement in _CHANGES:
            for match in re.finditer(pattern, code):
                changed = code[: match.start()] + replacement + code[match.end() :]
                column = len(code[: match.start()].lstrip())
                change = f"'{match[0].strip()}' -> '{replacement.strip()}' at {column}"
                text = "".join([*lines[:number], changed + comment, *lines[number + 1 :]])
                yield Mutation(number + 1, lines[number].strip(), change, text)


def _hardware(lines: list[str]) -> Iterator[int]:
    """Yield the numbers of the lines that make hardware."""
    checks = False
    for number, line in enumerate(lines):
        checks = (checks or line.startswith("`ifndef SYNTHESIS")) and not line.startswith(("`endif", "`else"))
        if not checks and not _SKIPPED.search(line):
            yield number


def _split(line: str) -> tuple[str, str]:
    """Return the code and the comment behind it."""
    found = re.search(r"//|/\*", line)
    return (line[: found.start()], line[found.start() :]) if found else (line, "")
