# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `explore`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bbcu_fpga.console import progress, say, show_table


def explore(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Build configuration (YAML).")],
    model: Annotated[
        list[str] | None,
        typer.Option(help="Network (repeatable): shipped name, .pt checkpoint or .onnx graph."),
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option(help="Network with untrained weights (repeatable), by the name of a preset of `train`."),
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Folder; default: build/NAME_explore.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes on this machine.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers compute instead.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the front as JSON instead of a table.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Find the cheapest folding for every frame rate, and draw frames per second against LUTs.

    An interrupted exploration goes on where it stopped.

    Example: [bold]bbcu-fpga explore build_configs/pynq_z2_tiny.yaml --model tiny --model small --jobs 2[/]
    """
    from bbcu_fpga.builder.config import load_config

    settings = load_config(config)
    from bbcu_fpga.explore import explore as run

    folder = output or Path("build") / f"{settings.name}_explore"
    models = model or ([] if preset else [settings.model])
    with progress() as report:
        found = run(
            settings,
            models,
            folder,
            presets=preset or (),
            jobs=jobs,
            scheduler=scheduler,
            progress=report,
        )
    if as_json:
        say(json.dumps([asdict(point) for point in found.front], indent=2))
        return
    names = ("LUT", "FF", "BRAM18", "DSP")
    rows = [[p.network, f"{p.fps:.1f}", *(f"{getattr(p, name):,}" for name in names)] for p in found.front]
    show_table(("network", "fps", *names), rows)
    for path in (found.json, found.csv, found.png):
        say(str(path))
