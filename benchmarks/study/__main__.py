# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The study from the command line.

Example: python -m benchmarks.study SETS runs/study --only 'tiny_bbcu_v*_x2_*'
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import typer

from bbcu_fpga.console import Verb, say
from benchmarks.study.plan import GROUPS, STEPS, Run, plan

app = typer.Typer(add_completion=False)


@app.command(cls=Verb)
def main(
    data: Annotated[Path, typer.Argument(help="Folder of the image sets, laid out as docs/data.md says.")],
    output: Annotated[Path, typer.Argument(help="Folder of the runs; several processes may share it.")],
    steps: Annotated[int, typer.Option(min=1, help="Optimizer steps of every run.")] = STEPS,
    only: Annotated[str, typer.Option(help="Take only runs whose name fits, such as 'tiny_*_x2_*'.")] = "*",
    list_runs: Annotated[bool, typer.Option("--list", help="List the runs and stop.")] = False,
    tables: Annotated[bool, typer.Option("--tables", help="Write OUTPUT/tables.md and stop.")] = False,
    ship: Annotated[
        str | None, typer.Option(help="Copy the checkpoints of runs whose name fits into the zoo and stop.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Train and measure every method under one equal budget; what is done is not done again."""
    if list_runs:
        for run in _chosen(only):
            say(f"{run.name}: {GROUPS[run.group].title}")
    elif tables:
        _write_tables(output)
    elif ship is not None:
        from benchmarks.study.ship import ship as copy

        copy(_chosen(ship), output, say)
    else:
        from benchmarks.study.runner import carry_out

        if not debug:  # Lightning's handler is its own
            logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
        carry_out(_chosen(only), data, output, steps, say)


def _write_tables(output: Path) -> None:
    from bbcu_fpga.files import write_text
    from benchmarks.study.tables import as_markdown

    path = output / "tables.md"
    write_text(path, as_markdown(plan(), output))
    say(str(path))


def _chosen(pattern: str) -> list[Run]:
    runs = [run for run in plan() if fnmatchcase(run.name, pattern)]
    if not runs:
        raise typer.BadParameter(f"no run's name fits {pattern!r}; see --list")
    return runs


if __name__ == "__main__":
    app()
