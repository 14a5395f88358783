# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The picture of an exploration: frames per second against LUTs, coloured by block RAM."""

from __future__ import annotations

from matplotlib.figure import Figure

from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.explore.points import Point

_MARKERS = "osD^v<>PX*"


def draw(points: list[Point], front: list[Point], config: BuildConfig) -> Figure:
    """Draw every point, the front as a line, and the LUTs that the device has; all are estimates."""
    device = config.device.resources
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([p.LUT for p in front], [p.fps for p in front], "-", color="#888888", linewidth=1, zorder=1)
    for index, network in enumerate(dict.fromkeys(point.network for point in points)):
        own = [point for point in points if point.network == network]
        drawn = axes.scatter(
            [point.LUT for point in own],
            [point.fps for point in own],
            c=[point.BRAM18 / 2 for point in own],
            vmin=0,
            vmax=device["BRAM18"] / 2,
            cmap="viridis",
            marker=_MARKERS[index % len(_MARKERS)],
            edgecolors=["black" if point in front else "none" for point in own],
            label=network,
        )
    axes.axvline(device["LUT"], color="#c8553d", linestyle="--", linewidth=1, label=f"{config.board}: LUT")
    size = f"{config.frame.width} x {config.frame.height} pixels, {config.clock_mhz:g} MHz"
    axes.set(xscale="log", yscale="log", xlabel="LUT (estimate)", ylabel="frames per second", title=size)
    figure.colorbar(drawn, label="block RAMs of 36 Kbit (estimate)")
    axes.legend(frameon=False)
    return figure
