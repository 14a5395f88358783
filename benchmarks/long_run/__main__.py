# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Simulate many frames and build many times, and write the page that says what was found.

Example: python -m benchmarks.long_run docs/long_run.md
"""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Annotated

import jinja2
import typer
from rich.console import Console

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.files import write_text
from benchmarks.long_run.builds import Footprint, run_builds
from benchmarks.long_run.frames import FramesRecord, run_frames

HEIGHT, WIDTH = 8, 12
PAUSES = "0, 0.1, 0.5 and 0.9"
MEMORY_LIMIT_KIB = 2048
WARM_UP = 2  # builds after which everything that is loaded once is loaded
CONFIG = {
    "name": "long_run",
    "model": "tiny",
    "board": "Pynq-Z2",
    "clock_mhz": 100.0,
    "frame": {"height": HEIGHT, "width": WIDTH},
    "folding": {"target_fps": 20_000.0},
}


def main(
    output: Annotated[Path, typer.Argument(help="Markdown file to write.")],
    frames: Annotated[int, typer.Option(min=2, help="Frames to simulate.")] = 1000,
    builds: Annotated[int, typer.Option(min=WARM_UP + 1, help="Builds to make.")] = 100,
) -> None:
    """Run both, write the page, end with status 1 if something differs, grows or is left behind."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        built = build(BuildConfig.model_validate(CONFIG), Path(folder) / "build")
        record = run_frames(built, frames, every=max(1, frames // 10))
    console.print(record.model_dump_json())
    footprints = run_builds(builds, lambda done: console.print(f"{done} of {builds} builds"))
    write_text(output, page(record, footprints))
    wrong = problems(record, footprints)
    for line in wrong:
        console.print(f"FAILED {line}", markup=False)
    raise typer.Exit(1 if wrong else 0)


def problems(frames: FramesRecord, builds: list[Footprint]) -> list[str]:
    """Return what a long run must not show."""
    wrong = [f"{frames.differing} integers differ"] if frames.differing else []
    if frames.growth_kib > MEMORY_LIMIT_KIB:
        wrong.append(f"the simulator's memory grew by {frames.growth_kib} KiB")
    first = builds[WARM_UP - 1]
    leaks = (
        f"build {number}: {leak}"
        for number, print_ in enumerate(builds[WARM_UP:], start=WARM_UP + 1)
        for leak in print_.leaks(first)
    )
    return [*wrong, *leaks]


def page(frames: FramesRecord, builds: list[Footprint]) -> str:
    """Return the page of the documentation."""
    template = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined).from_string(
        Path(__file__).with_name("page.md.j2").read_text(encoding="utf-8")
    )
    step = max(1, len(builds) // 5)
    shown = [WARM_UP, *range(step, len(builds) + 1, step)]
    return template.render(
        date=datetime.datetime.now(datetime.timezone.utc).date(),
        limit_kib=MEMORY_LIMIT_KIB,
        frames=frames,
        model=CONFIG["model"],
        height=HEIGHT,
        width=WIDTH,
        pauses=PAUSES,
        builds=builds,
        shown=[(number, builds[number - 1]) for number in sorted(set(shown))],
    )


if __name__ == "__main__":
    typer.run(main)
