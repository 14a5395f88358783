# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The page of the documentation that says what was tried and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.hostile_input.case import Outcome

_HEAD = """# Bad input

Written by `python -m benchmarks.hostile_input docs/robustness.md`; the tests run the same cases. Each case
goes through the error handling of the command line. *Refused* is one readable line that names what is wrong,
without a trace, without half a file left, and with nothing executed. *Taken* is a build, a picture or a
folder that was then compared with what it must be. In all other columns there must be zeros.
"""

_FUZZ = """
## Bytes changed at random

Hypothesis changes, inserts and removes bytes of a good file, the same ones in every run. A graph is *taken*
if the compiler can start from it, which a changed weight does not prevent: what is built is then compared
with that graph. A checkpoint is taken only with every weight unchanged. Of the formats of pictures only PNG
has checksums.
"""


class Result(NamedTuple):
    """What became of a case; `line` is what the command line said."""

    kind: str
    name: str
    outcome: Outcome
    line: str


def table(results: Sequence[Result], fuzzed: Mapping[str, Counter[str]]) -> str:
    """Return the page: counts by kind, counts of random changes, and every case."""
    kinds = list(dict.fromkeys(result.kind for result in results))
    columns = [
        Outcome.REFUSED,
        Outcome.EXACT,
        Outcome.CRASHED,
        Outcome.UNCLEAR,
        Outcome.LEFT,
        Outcome.EXECUTED,
    ]
    columns.append(Outcome.MISJUDGED)
    rows = [
        _row(["input", "cases", *(column.value for column in columns)]),
        _row(["---"] * (2 + len(columns))),
    ]
    for kind in [*kinds, "all"]:
        found = Counter(result.outcome for result in results if kind in (result.kind, "all"))
        rows.append(_row([kind, found.total(), *(found[column] for column in columns)]))
    random = [_row(["file", "changes", "refused", "taken", "crashed"]), _row(["---"] * 5)]
    random += [_row([name, n.total(), n["refused"], n["taken"], 0]) for name, n in fuzzed.items()]
    cases = [
        f"\n## {kind[0].upper()}{kind[1:]}: every case\n\n"
        + "\n".join(f"- {result.name}: {result.outcome.value}" for result in results if result.kind == kind)
        for kind in kinds
    ]
    return "\n".join([_HEAD, *rows, _FUZZ, *random, *cases]) + "\n"


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
