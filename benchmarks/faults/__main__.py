# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Disturb a network in its shell many times in every way, and write the page that says what became of it.

Example: python -m benchmarks.faults docs/faults.md
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import jinja2
import numpy as np
import typer
from rich.console import Console

from bbcu_fpga.board.library import compile_library
from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import RTL_FOLDER
from bbcu_fpga.files import write_text
from bbcu_fpga.transformation.generate_shell import SYSTEM
from benchmarks.faults.bench import FaultBench
from benchmarks.faults.kinds import GOOD, KINDS, Kind, Outcome, attempt
from benchmarks.smallest import CLOCK_MHZ, smallest_config

FRAMES = 4
HEIGHT, WIDTH = 6, 8


def main(
    output: Annotated[Path, typer.Argument(help="Markdown file to write.")],
    trials: Annotated[int, typer.Option(min=1, help="Trials of each kind.")] = 100,
) -> None:
    """Try every kind, write the table, end with status 1 after an outcome that must not be."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        bench = make_bench(Path(folder))
        found = {}
        for kind in KINDS:
            draw = random.Random(kind.name)
            found[kind] = Counter(attempt(kind, bench, draw) for _ in range(trials))
            console.print(f"{kind.name}: {[(o.value, n) for o, n in found[kind].items()]}", markup=False)
    write_text(output, page(found))
    wrong = [kind.name for kind in KINDS if not set(found[kind]) <= set(kind.allowed)]
    console.print(*(f"FAILED {name}" for name in wrong), sep="\n", markup=False)
    raise typer.Exit(1 if wrong else 0)


def make_bench(folder: Path) -> FaultBench:
    """Build the smallest network with its shell into a folder and put it on a board."""
    built = build(smallest_config(folder, HEIGHT, WIDTH, target_fps=50_000.0), folder / "build")
    shape = (FRAMES, HEIGHT, WIDTH, 3)
    frames = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    library = compile_library(SYSTEM, built.system_sources(), folder / "library")
    return FaultBench(library, built.path / RTL_FOLDER, CLOCK_MHZ, frames, built.reference(frames))


def page(found: Mapping[Kind, Counter[Outcome]]) -> str:
    """Return the page of the documentation."""
    template = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined).from_string(
        Path(__file__).with_name("page.md.j2").read_text(encoding="utf-8")
    )
    return template.render(
        found=found, outcomes=list(Outcome), frames=FRAMES, height=HEIGHT, width=WIDTH, good=GOOD
    )


if __name__ == "__main__":
    typer.run(main)
