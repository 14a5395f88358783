# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A case, and how what becomes of it is judged: through the error handling of the command line itself."""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import typer
from typer.testing import CliRunner

from bbcu_fpga.console import Verb
from benchmarks.hostile_input.workbench import MARKER, Workbench

_HEADROOM = 4 * 2**30  # bytes that a case may allocate: what is only declared must not be


class Outcome(str, Enum):
    """What became of a case."""

    REFUSED = "refused"
    EXACT = "taken, exact"
    CRASHED = "crashed"
    UNCLEAR = "unclear message"
    LEFT = "left half a file"
    EXECUTED = "executed something"
    MISJUDGED = "taken, but must be refused"


@dataclass(frozen=True)
class Case:
    """One bad input.

    Attributes:
        kind: what the input is: graph, configuration, ...
        name: what is wrong with it.
        act: makes the input in an empty folder and gives it to the program; compares, if it is taken.
        says: what the error line must hold (a regular expression); None if the input must be taken.
        costly: takes seconds.
    """

    kind: str
    name: str
    act: Callable[[Workbench, Path], None]
    says: str | None
    costly: bool = False


def run(case: Case, bench: Workbench, folder: Path) -> tuple[Outcome, str]:
    """Run a case in an empty folder; return the outcome and what the command line said."""
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command(cls=Verb)
    def act() -> None:
        case.act(bench, folder)

    with _memory_limit():
        result = CliRunner().invoke(app, [])
    line = result.stderr[max(result.stderr.find("error: "), 0) :].strip()
    if result.exit_code == 0:
        outcome = Outcome.EXACT if case.says is None else Outcome.MISJUDGED
    elif not line.startswith("error: ") or line.startswith("error: unexpected ") or len(line) > 1500:
        outcome, line = Outcome.CRASHED, f"{line} {result.exception!r}"
    elif case.says is None or not re.search(case.says, line):
        outcome = Outcome.UNCLEAR
    else:
        outcome = Outcome.REFUSED
    return _aftermath(folder) or outcome, line


def _aftermath(folder: Path) -> Outcome | None:
    """Return what is wrong with the traces that a case left, if anything is."""
    if list(folder.rglob(MARKER)):
        return Outcome.EXECUTED
    # what is written all or nothing is hidden until it is whole
    return Outcome.LEFT if list(folder.rglob(".*")) else None


@contextmanager
def _memory_limit() -> Iterator[None]:
    """Let the process allocate some memory and not more; a bomb ends in a MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _HEADROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
