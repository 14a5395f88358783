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
FRAMES, BUILDS = "frames.json", "builds.jsonl"
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
    records: Annotated[
        Path | None, typer.Option(help="Folder for what was found; what is there is not run again.")
    ] = None,
) -> None:
    """Run both, write the page, end with status 1 if something differs, grows or is left behind."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        place = records or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        if not (place / FRAMES).exists():
            built = build(BuildConfig.model_validate(CONFIG), Path(folder) / "build")
            write_text(
                place / FRAMES, run_frames(built, frames, every=max(1, frames // 10)).model_dump_json()
            )
        if not (place / BUILDS).exists():
            _make_builds(builds, place / BUILDS, console)
        record = FramesRecord.model_validate_json((place / FRAMES).read_text())
        lines = (place / BUILDS).read_text().splitlines()
        footprints = [Footprint.model_validate_json(line) for line in lines]
    write_text(output, page(record, footprints))
    wrong = problems(record, footprints)
    for line in wrong:
        console.print(f"FAILED {line}", markup=False)
    raise typer.Exit(1 if wrong else 0)


def _make_builds(count: int, path: Path, console: Console) -> None:
    """Build so many times; the file has a line for each, so that an interrupted run counts."""
    found: list[str] = []

    def add(footprint: Footprint) -> None:
        found.append(footprint.model_dump_json())
        write_text(path, "\n".join(found) + "\n")
        console.print(f"{len(found)} of {count} builds")

    run_builds(count, add)


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
