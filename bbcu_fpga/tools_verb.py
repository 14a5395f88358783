# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verbs `tools install` and `tools check`: the open tools for synthesis, place and route."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer

from bbcu_fpga.console import Verb, progress, say, show_table
from bbcu_fpga.errors import BbcuFpgaError

app = typer.Typer(
    name="tools", help="The open tools: yosys, nextpnr and prjxray, from Debian.", no_args_is_help=True
)

Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command(cls=Verb)
def install(as_json: AsJson = False, debug: Debug = False) -> None:
    """Unpack Debian's packages of the open tools into a folder of their own; the system stays as it is.

    The folder is bbcu-fpga/tools in the user's cache; BBCU_TOOLS names another.

    Example: [bold]bbcu-fpga tools install[/]
    """
    from bbcu_fpga.synth.open_tools.install import install as run
    from bbcu_fpga.synth.open_tools.root import default_root

    with progress() as report:
        run(default_root(os.environ), progress=report)
    _show(as_json)


@app.command(cls=Verb)
def check(as_json: AsJson = False, debug: Debug = False) -> None:
    """Show where the open tools are and their versions; status 1 if one is missing or does not run.

    Example: [bold]bbcu-fpga tools check --json[/]
    """
    _show(as_json)


def _show(as_json: bool) -> None:
    state = _state()
    if as_json:
        say(json.dumps(state, indent=2))
    else:
        rows = [(name, *_cells(program)) for name, program in state["programs"].items()]
        show_table(("program", "version", "problem"), rows)
        say(state["root"])
    if any("problem" in program for program in state["programs"].values()):
        raise typer.Exit(1)


def _cells(program: dict[str, str]) -> tuple[str, str]:
    return program.get("version", "-"), program.get("problem", "").partition("\n")[0]


def _state() -> dict[str, Any]:
    """Return the root, what it was made from, and version or problem of each program."""
    from bbcu_fpga.synth.open_tools.root import PROGRAMS, OpenTools, read_record

    tools = OpenTools.from_environment(os.environ)
    programs: dict[str, dict[str, str]] = {}
    for name in PROGRAMS:
        try:
            programs[name] = {"version": tools.version(name)}
        except BbcuFpgaError as error:
            programs[name] = {"problem": str(error)}
    record = read_record(tools.root) if tools.is_private else None
    made_from = {} if record is None else record.model_dump()
    return {"root": str(tools.root), "programs": programs, **made_from}
