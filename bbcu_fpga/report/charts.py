# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The drawings of the report, as SVG text; the same report gives the same bytes."""

from __future__ import annotations

import io

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bbcu_fpga.report.content import Report

BAR, BOTTLENECK, LINE = "#7b9fc4", "#c8553d", "#333333"
# text stays text (small files, sharp on every screen), and identifiers do not depend on chance
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "bbcu-fpga", "font.family": "sans-serif", "font.size": 9}


def cycles_chart(report: Report) -> str:
    """Draw the cycles per frame of every layer against the bound and, where known, what was simulated."""
    layers = [layer for layer in report.layers if layer.cycles]  # FIFOs and width converters do no work
    bound, simulated = report.cycles_per_frame.bound, report.cycles_per_frame.simulated
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(max(10, 0.18 * len(layers)), 4.5), layout="constrained")
        axes = figure.subplots()
        colours = [BOTTLENECK if layer.cycles == bound else BAR for layer in layers]
        axes.bar([layer.name for layer in layers], [layer.cycles for layer in layers], color=colours)
        axes.axhline(bound, color=LINE, linewidth=1, linestyle="--", label=f"bound: {bound:,} cycles")
        if simulated is not None:
            axes.axhline(simulated, color=LINE, linewidth=1, label=f"simulated: {simulated:,} cycles")
        _tidy(axes)
        return _svg(figure)


def _tidy(axes: Axes) -> None:
    axes.set_ylabel("cycles per frame")
    axes.set_ylim(bottom=0)
    axes.margins(x=0.01)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="x", length=0, rotation=90)
    axes.figure.legend(loc="outside upper right", ncols=2, frameon=False)


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return buffer.getvalue()
