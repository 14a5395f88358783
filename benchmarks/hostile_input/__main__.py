# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Try every bad input and write the table of them.

Example: python -m benchmarks.hostile_input docs/robustness.md
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bbcu_fpga.files import write_text
from benchmarks.hostile_input.registry import CASES, TARGETS, Outcome, Workbench, fuzz, run
from benchmarks.hostile_input.table import Result, table

GOOD = (Outcome.REFUSED, Outcome.EXACT)


def main(
    output: Annotated[Path, typer.Argument(help="Markdown file to write.")],
    examples: Annotated[int, typer.Option(min=1, help="Random changes of each kind of file.")] = 1000,
) -> None:
    """Try every bad input, write the table, end with status 1 if one crashed or was misjudged."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    results = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench.make(Path(folder))
        for case in CASES:
            with tempfile.TemporaryDirectory() as place:
                outcome, line = run(case, bench, Path(place))
            results.append(Result(case.kind, case.name, outcome, line.replace(place, "")))
            console.print(f"{case.kind}: {case.name}: {outcome.value}", markup=False)
        fuzzed = {}
        for target in TARGETS:
            fuzzed[target] = fuzz(target, bench, examples)
            console.print(f"{target}: {dict(fuzzed[target])}", markup=False)
    write_text(output, table(results, fuzzed))
    failed = [result for result in results if result.outcome not in GOOD]
    for result in failed:
        console.print(
            f"FAILED {result.kind}: {result.name}: {result.outcome.value}: {result.line}", markup=False
        )
    raise typer.Exit(1 if failed else 0)


if __name__ == "__main__":
    typer.run(main)
