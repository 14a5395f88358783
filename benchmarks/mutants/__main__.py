# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Try a random sample of mutants of every target and write the page that lists the survivors.

Example: python -m benchmarks.mutants docs/mutation.md --record mutants.jsonl
"""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path
from typing import Annotated

import jinja2
import typer
import yaml
from pydantic import BaseModel
from rich.console import Console

from bbcu_fpga.files import write_text
from benchmarks.mutants import python_code, sv_code
from benchmarks.mutants.mutation import Mutation
from benchmarks.mutants.run import SURVIVED, judge, preload
from benchmarks.mutants.targets import TARGETS, Target

FOLDER = Path(__file__).parent
EXPLAINED = FOLDER / "explained.yaml"


class Result(BaseModel):
    """A target's sample: how many mutants there are, how many were tried, and which survived, by key."""

    target: str
    mutants: int
    tried: int
    survivors: list[str]


def main(
    output: Annotated[Path, typer.Argument(help="Markdown file to write.")],
    python: Annotated[int, typer.Option(min=0, help="Mutants of each Python file.")] = 15,
    rtl: Annotated[int, typer.Option(min=0, help="Mutants of each SystemVerilog module.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the sample.")] = 0,
    only: Annotated[str, typer.Option(help="Targets whose path has this in it.")] = "",
    record: Annotated[
        Path | None, typer.Option(help="File of results, of which those present are not run again.")
    ] = None,
) -> None:
    """Try the mutants, write the page, end with status 1 if a survivor is not explained."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    preload()
    results = _read(record)
    with tempfile.TemporaryDirectory() as folder:
        for target in TARGETS:
            if only in target.name and target.name not in results:
                size = python if target.is_python else rtl
                results[target.name] = _try(target, size, seed, Path(folder), console)
                _append(record, results[target.name])
    shown = [results[target.name] for target in TARGETS if target.name in results]
    explained = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8")) or {}
    write_text(output, page(shown, explained, seed))
    open_questions = [key for result in shown for key in result.survivors if key not in explained]
    for key in open_questions:
        console.print(f"SURVIVED {key}", markup=False)
    raise typer.Exit(1 if open_questions else 0)


def sample(target: Target, size: int, seed: int) -> tuple[int, list[Mutation]]:
    """Return how many mutants a target has, and `size` of them drawn at random."""
    code = python_code if target.is_python else sv_code
    every = list(code.mutations(target.file.read_text(encoding="utf-8")))
    chosen = random.Random(f"{seed}:{target.name}").sample(range(len(every)), min(size, len(every)))
    return len(every), [every[index] for index in sorted(chosen)]


def _try(target: Target, size: int, seed: int, folder: Path, console: Console) -> Result:
    count, chosen = sample(target, size, seed)
    log = folder / "pytest.log"
    judge(target, None, folder / "objects", log)
    survivors = []
    for mutation in chosen:
        outcome = judge(target, mutation, folder / "objects", log)
        console.print(f"{outcome}: {target.name}:{mutation.line}: {mutation.change}", markup=False)
        if outcome == SURVIVED:
            survivors.append(mutation.key(target.name))
    return Result(target=target.name, mutants=count, tried=len(chosen), survivors=survivors)


def _read(record: Path | None) -> dict[str, Result]:
    if record is None or not record.exists():
        return {}
    results = [Result(**json.loads(line)) for line in record.read_text(encoding="utf-8").splitlines()]
    return {result.target: result for result in results}


def _append(record: Path | None, result: Result) -> None:
    if record is not None:
        before = record.read_text(encoding="utf-8") if record.exists() else ""
        write_text(record, before + result.model_dump_json() + "\n")


def page(results: list[Result], explained: dict[str, str], seed: int) -> str:
    """Return the page of the documentation."""
    template = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined).from_string(
        (FOLDER / "page.md.j2").read_text(encoding="utf-8")
    )
    return template.render(results=results, explained=explained, seed=seed)


if __name__ == "__main__":
    typer.run(main)
