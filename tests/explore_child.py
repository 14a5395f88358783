# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""An exploration in a process of its own, slow enough to be killed in the middle."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.explore import points, run


def explore_slowly(config: BuildConfig, graph: Path, output: Path) -> None:
    """Explore a graph of hardware operators, and take long after every second point."""
    found: list[Any] = []

    def evaluate(*task: Any) -> points.Point:
        if len(found) == 2:
            time.sleep(600)
        found.append(task)
        return points.evaluate(*task)

    run.hardware_graph, run.evaluate = (lambda *_: graph), evaluate
    run.bounds = lambda content: points.bounds(content)[:4]
    run.explore(config, ["tiny"], output)
