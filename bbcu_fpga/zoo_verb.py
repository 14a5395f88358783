# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verbs `zoo list`, `zoo show` and `zoo evaluate`: the trained networks that come with the project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bbcu_fpga.console import Verb, say, show_table
from bbcu_fpga.evaluate_verb import OnCorrupt
from bbcu_fpga.evaluate_verb import evaluate as measure

app = typer.Typer(name="zoo", help="The trained networks that come with the project.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the network; `zoo list` has them all.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]


@app.command("list", cls=Verb)
def list_networks(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    debug: Debug = False,
) -> None:
    """List the networks with what they reach; a dash is not measured.

    Example: [bold]bbcu-fpga zoo list --json[/]
    """
    from brevitas_models import zoo

    found = zoo.rows()
    if as_json:
        say(zoo.as_json(found))
        return
    columns = ("name", "method", "unit", "backbone", "task")
    figures = ("psnr_db", "baseline_db", "full_precision_db")
    cells = [
        [
            *(getattr(one, column) for column in columns),
            *(_decibels(getattr(one, figure)) for figure in figures),
            "yes" if one.compiles else "no",
        ]
        for one in found
    ]
    show_table((*columns, "PSNR (dB)", "baseline", "full precision", "compiles"), cells)


def _decibels(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


@app.command(cls=Verb)
def show(name: Name, debug: Debug = False) -> None:
    """Print the card of a network, and the commands that make, measure and compile it again.

    Example: [bold]bbcu-fpga zoo show tiny[/]
    """
    from brevitas_models import zoo

    card = zoo.read_card(name)
    say(json.dumps(card, indent=2))
    for purpose, command in zoo.commands(name, card).items():
        say(f"{purpose}: {command}")


@app.command(cls=Verb)
def evaluate(
    name: Name,
    pictures: Annotated[
        Path, typer.Option("--set", help="Folder of test pictures, or a .txt list of files.")
    ] = ...,  # type: ignore[assignment]  # typer's way to say that an option must be given
    output: Annotated[Path | None, typer.Option(help="Folder for tables and side-by-side pictures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of noise and rain.")] = 0,
    debug: Debug = False,
) -> None:
    """Measure a network on a set of pictures, by the task of its card.

    Example: [bold]bbcu-fpga zoo evaluate tiny --set Set5[/]
    """
    from brevitas_models import zoo

    task = zoo.read_card(name)["task"]
    measure(
        name, pictures, task, output, as_json, seed=seed, on_corrupt=OnCorrupt.refuse, baseline_only=False
    )
