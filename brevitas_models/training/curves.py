# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Learning curves as a picture, from the CSV logs of a run and of its resumptions."""

import csv
from collections.abc import Sequence
from pathlib import Path

from bbcu_fpga.files import atomic_path

CURVES = {"loss": "loss", "psnr": "PSNR (dB)", "learning_rate": "learning rate"}


def read_logs(folder: Path) -> dict[str, dict[int, float]]:
    """Return the logged values by name and step; what a resumed run logged again replaces the older row.

    A last row without its end is what a killed run was writing: it is left out.
    """
    values: dict[str, dict[int, float]] = {}
    for path in sorted(folder.glob("version_*/metrics.csv"), key=_version):
        rows = [row for row in path.read_text(encoding="utf-8").splitlines(keepends=True) if row[-1] == "\n"]
        for row in csv.DictReader(rows):
            for name, value in row.items():
                if value:
                    values.setdefault(name, {})[int(row["step"])] = float(value)
    return values


def _version(path: Path) -> int:
    return int(path.parent.name.removeprefix("version_"))


def plot_curves(logs: Path, target: Path) -> Path | None:
    """Write the learning curves of the logs in a folder as PNG; None if nothing was logged yet."""
    values = read_logs(logs)
    names = [name for name in CURVES if values.get(name)]
    if not names:
        return None
    with atomic_path(target) as temporary:
        _draw([(CURVES[name], values[name]) for name in names], temporary)
    return target


def _draw(curves: Sequence[tuple[str, dict[int, float]]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 2.4 * len(curves)), layout="constrained")
    axes = figure.subplots(len(curves), 1, sharex=True, squeeze=False)[:, 0]
    for axis, (title, points) in zip(axes, curves, strict=True):
        steps = sorted(points)
        axis.plot(steps, [points[step] for step in steps], linewidth=1)
        axis.set_ylabel(title)
        axis.grid(alpha=0.3)
    axes[-1].set_xlabel("step")
    figure.savefig(path, dpi=120)
