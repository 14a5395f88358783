# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The HTML page of a report: one file that needs nothing from outside."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from bbcu_fpga.images import Picture, load_image
from bbcu_fpga.report.content import Report
from bbcu_fpga.report.dataflow import dataflow
from bbcu_fpga.report.found import ENGINES
from bbcu_fpga.report.layout import BOX_HEIGHT, BOX_WIDTH, lay_out
from bbcu_fpga.simulation import SimulationReport

CELLS = ("LUT", "FF", "RAMB36", "RAMB18", "DSP", "LUTRAM", "SRL", "CARRY4")
"""What a synthesized netlist is counted by."""
_LONGEST_NAME = 23


@dataclass(frozen=True)
class Panel:
    """One picture of the comparison, ready for the page."""

    title: str
    caption: str
    uri: str


def render(report: Report, folder: Path) -> str:
    """Return the page of `report`; `folder` is the build folder, where the simulations' pictures lie."""
    environment = Environment(
        loader=PackageLoader("bbcu_fpga.report"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["number"] = _number
    environment.filters["known"] = lambda value: "" if value is None else _number(value)
    environment.filters["shorten"] = _shorten
    simulation = report.simulation
    graph = dataflow(report.layers, report.fifos, report.streams)
    return environment.get_template("page.html.j2").render(
        report=report,
        simulation=simulation,
        engines=ENGINES,
        engine=ENGINES[simulation.engine] if simulation else None,
        panels=_panels(simulation, folder) if simulation else [],
        layout=lay_out(graph),
        layers={layer.name: layer for layer in report.layers},
        bound=report.cycles_per_frame.bound,
        box_width=BOX_WIDTH,
        box_height=BOX_HEIGHT,
        estimated=list(dict.fromkeys(name for layer in report.layers for name in layer.estimate)),
        cells=CELLS,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _shorten(name: str) -> str:
    """Cut a name that is too long for its box; the whole is in the box's tooltip."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _panels(simulation: SimulationReport, folder: Path) -> list[Panel]:
    """Return the pictures in the order they are compared in."""
    pictures = {name: load_image(folder / path) for name, path in simulation.pictures.items()}
    difference = np.abs(pictures["hardware"].astype(np.int16) - pictures["reference"]).astype(np.uint8)
    # any difference is made plainly visible, however small
    pictures["difference"] = np.where(difference > 0, 255, 0).astype(np.uint8)
    titles = {
        "input": ("Input", "what the network is given"),
        "baseline": (simulation.baseline.capitalize(), _decibel(simulation.psnr_baseline_db)),
        "reference": ("Software reference", _decibel(simulation.psnr_reference_db)),
        "hardware": ("Simulated hardware", _decibel(simulation.psnr_hardware_db)),
        "clean": ("Original", "what was degraded"),
        "difference": ("Hardware against reference", f"{simulation.differing:,} integers differ"),
    }
    return [
        Panel(title, caption, _data_uri("image/png", _png(pictures[name])))
        for name, (title, caption) in titles.items()
        if name in pictures
    ]


def _decibel(psnr: float | None) -> str:
    return "" if psnr is None else f"{psnr:.3f} dB"


def _png(picture: Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG")
    return buffer.getvalue()


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
