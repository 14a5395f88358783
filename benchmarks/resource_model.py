# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How close the closed-form resource estimates come to yosys, over a sweep of every operator.

`measure` synthesizes and counts; an interrupted run goes on with the netlists that it has. `draw` writes
table and plot of what was measured.

Example: python -m benchmarks.resource_model measure && python -m benchmarks.resource_model draw
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from jinja2 import Template
from matplotlib.figure import Figure
from rich.progress import track

from bbcu_fpga.custom_op.resources import node_resources
from bbcu_fpga.files import atomic_path, write_text
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import OpenTools, synthesize
from bbcu_fpga.transformation.generate_rtl import write_wrapper
from benchmarks.resource_sweep import Configuration, sweep

HERE = Path(__file__).parent
RESULTS, DOCS = HERE / "resource_model.json", HERE.parent / "docs"
RESOURCES = ("LUT", "FF", "BRAM18", "DSP")
TOLERANCE = 0.10  # of LUT and FF; block RAMs and DSP slices are counted exactly

app = typer.Typer(add_completion=False, no_args_is_help=True)


class Comparison(NamedTuple):
    """A configuration, what the model says it takes, and what yosys used."""

    configuration: Configuration
    estimate: dict[str, int]
    measured: dict[str, int]

    def error(self, resource: str) -> float:
        """Return the relative error of the estimate; infinite where yosys used nothing."""
        difference = self.estimate[resource] - self.measured[resource]
        return (
            difference / self.measured[resource] if self.measured[resource] else (difference and float("inf"))
        )

    def is_close(self, resource: str) -> bool:
        """Tell whether the estimate is as close as the model promises."""
        limit = TOLERANCE if resource in ("LUT", "FF") else 0
        return abs(self.error(resource)) <= limit


def comparisons(results: Path = RESULTS) -> list[Comparison]:
    """Return the measured configurations of the sweep beside their estimates."""
    measured = json.loads(results.read_text())["measured"]
    return [
        Comparison(item, asdict(node_resources(item.model().graph.node[0], "")), measured[item.name])
        for item in sweep()
        if item.name in measured
    ]


def _measure(configuration: Configuration, tools: OpenTools, cache: Path) -> dict[str, int]:
    model = configuration.model()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        module = write_wrapper(model.graph.node[0], model, folder)
        memories = sorted(folder.glob("*.dat"))
        sources = [*module_sources(module.name), folder / "body.v"]
        return synthesize(tools, "body", sources, memories=memories, cache=cache).resources


@app.command()
def measure(
    results: Annotated[Path, typer.Option(help="Where the measurements are kept.")] = RESULTS,
    cache: Annotated[Path, typer.Option(help="Where netlists are kept.")] = Path("build/resource_model"),
    only: Annotated[str, typer.Option(help="Only operators whose name begins so.")] = "",
) -> None:
    """Synthesize the configurations; a netlist whose sources did not change is taken from the cache.

    Earlier figures of these operators are dropped: they may be those of other sources.
    """
    tools = OpenTools.from_environment(os.environ)
    known = json.loads(results.read_text())["measured"] if results.is_file() else {}
    chosen = [item for item in sweep() if item.op.startswith(only)]
    kept = {item.name for item in sweep()} - {item.name for item in chosen}
    measured: dict[str, Any] = {name: figures for name, figures in known.items() if name in kept}
    for item in track(chosen, "synthesizing"):
        measured[item.name] = _measure(item, tools, cache)
        content = {"tool": f"yosys {tools.version('yosys')}", "measured": measured}
        write_text(results, json.dumps(content, indent=1) + "\n")


@app.command()
def draw(results: Path = RESULTS, docs: Path = DOCS) -> None:
    """Write docs/resource_model.md and docs/resource_model.png."""
    rows = comparisons(results)
    template = Template((HERE / "resource_model.md.j2").read_text(), keep_trailing_newline=True)
    operators = list(dict.fromkeys(row.configuration.op for row in rows))
    summaries = [_summary(op, [row for row in rows if row.configuration.op == op]) for op in operators]
    tool = json.loads(results.read_text())["tool"]
    text = template.render(summaries=summaries, rows=rows, resources=RESOURCES, tool=tool, total=len(sweep()))
    write_text(docs / "resource_model.md", text)
    with atomic_path(docs / "resource_model.png") as path:
        scatter(rows).savefig(path, format="png", dpi=110)


def _summary(op: str, rows: list[Comparison]) -> dict[str, Any]:
    """Return how many of an operator's estimates are close, and how far off the worst is."""
    close = {resource: sum(row.is_close(resource) for row in rows) for resource in RESOURCES}
    worst = {resource: max((row.error(resource) for row in rows), key=abs) for resource in ("LUT", "FF")}
    return {"op": op, "count": len(rows), "close": close, "worst": worst}


def scatter(rows: list[Comparison]) -> Figure:
    """Draw estimates of LUTs and flip-flops against what yosys used, with lines at the promised error."""
    figure = Figure(figsize=(11, 5), layout="constrained")
    for axes, resource in zip(figure.subplots(1, 2), ("LUT", "FF"), strict=True):
        for op in dict.fromkeys(row.configuration.op for row in rows):
            points = [row for row in rows if row.configuration.op == op]
            measured = [row.measured[resource] for row in points]
            axes.plot(measured, [row.estimate[resource] for row in points], "o", markersize=4, label=op)
        ends = [min(row.measured[resource] for row in rows), max(row.measured[resource] for row in rows)]
        for factor, style in ((1, "-"), (1 - TOLERANCE, ":"), (1 + TOLERANCE, ":")):
            axes.plot(ends, [factor * end for end in ends], style, color="#888888", linewidth=1)
        axes.set(xscale="log", yscale="log", xlabel=f"{resource} (yosys)", ylabel=f"{resource} (estimate)")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right", frameon=False, fontsize=8)
    return figure


if __name__ == "__main__":
    app()
