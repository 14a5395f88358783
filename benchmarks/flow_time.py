# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the flow takes, stage by stage, from a checkpoint to a simulated, verified report.

With `--before REVISION` an earlier commit is measured in the same run, for a machine's speed changes.

Example: python -m benchmarks.flow_time build_configs/pynq_z2_small.yaml --before HEAD~1
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.flow_stages import measure

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """Give a folder with the files of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--detach", tree, revision], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def rows(now: dict[str, Any], before: dict[str, Any] | None) -> list[list[str]]:
    """Return the table's lines: stage, CPU seconds before, now, and their ratio; the sum is the last."""
    seconds = _with_sum(now)
    earlier = _with_sum(before) if before else {}
    table = []
    for name, value in seconds.items():
        old = earlier.get(name)
        # a stage that takes no time has no ratio
        ratio = f"{value / old:.2f}" if old and old >= 0.05 else "-"
        table.append([name, "-" if old is None else f"{old:.1f}", f"{value:.1f}", ratio])
    return table


def _with_sum(figures: dict[str, Any]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for stage in figures["stages"]:
        seconds[stage["name"]] = seconds.get(stage["name"], 0.0) + stage["cpu_s"]
    return {**seconds, "all": sum(seconds.values())}


def main(
    config: Annotated[Path, typer.Argument(help="Build configuration (YAML).")],
    before: Annotated[str | None, typer.Option(help="Commit to measure, too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with the figures as a line of JSON.")] = False,
) -> None:
    """Measure the flow and print a table of CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        earlier = None
        if before is not None:
            with checkout(before) as tree:
                earlier = measure(config, Path(folder) / "before", tree=tree)
        now = measure(config, Path(folder) / "now")
    table = Table(*("stage", "before (CPU s)", "now (CPU s)", "ratio"), title=config.stem)
    for row in rows(now, earlier):
        table.add_row(*row)
    Console().print(table)
    if as_json:
        typer.echo(json.dumps({"before": earlier, "now": now}))


if __name__ == "__main__":
    typer.run(main)
