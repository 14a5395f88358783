# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How cycles, build time, memory and simulation speed grow with the image and with the number of layers.

Networks are untrained: what is measured here does not depend on what they have learnt. Each is built and
simulated in a process of its own, and every output integer is compared with the reference.

Example: python -m benchmarks.scaling layers
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from rich.table import Table

from bbcu_fpga.transformation.latency_bound import latency_bound
from benchmarks.flow_stages import measure

app = typer.Typer(add_completion=False)
Folder = Annotated[Path, typer.Option(help="Folder for builds; a build that is there already is refused.")]
Json = Annotated[bool, typer.Option("--json", help="End with the figures as a line of JSON.")]

DEFAULT_FOLDER = Path("build/scaling")
CHANNELS = 4
SIZES = ((8, 8), (16, 16), (32, 32), (32, 64))  # height, width
CONVOLUTIONS = (4, 10, 20, 40)  # head and tail included
SIDE = 16  # of the frame, where layers are counted
SHIPPED = ("pynq_z2_tiny", "pynq_z2_small")


def write_config(folder: Path, convolutions: int, height: int, width: int) -> Path:
    """Write an untrained network with so many convolutions, and a configuration for it; return the latter."""
    import torch

    from brevitas_models import checkpoint
    from brevitas_models.networks import DnCNNConfig, build

    name = f"conv{convolutions}_{height}x{width}"
    torch.manual_seed(0)
    network = build(DnCNNConfig(channels=CHANNELS, convs=convolutions))
    folder.mkdir(parents=True, exist_ok=True)
    model = checkpoint.save(network.eval(), folder / f"{name}.pt", {})
    content = {
        "name": name,
        "model": str(model.resolve()),
        "board": "ZCU104",
        "clock_mhz": 100,
        "frame": {"height": height, "width": width},
        # the same work per pixel in every network: 36 cycles, what one lane of input takes for a window
        "folding": {"target_fps": 1e8 / (36 * height * width)},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def flow(config: Path, folder: Path) -> dict[str, Any]:
    """Build and simulate two frames; return the figures of `flow_stages` and the bound on the latency."""
    output = folder / f"{config.stem}_build"
    if output.exists():
        raise typer.BadParameter(f"{output} exists: remove it, or give another --folder")
    figures = measure(config, output)
    graph = ModelWrapper(str(output / "intermediate_models/05_fold.onnx"))
    return {"config": config.stem, **figures, "latency_bound": latency_bound(graph)}


def cycles_row(figures: dict[str, Any]) -> dict[str, str]:
    """Return cycles per frame and latency, simulated, beside what nothing can be faster than."""
    steady, bound = figures["cycles_per_frame"], figures["bound"]
    latency, least = figures["latency_cycles"], figures["latency_bound"]
    return {
        "network": figures["config"],
        "bound": f"{bound:,}",
        "cycles per frame": f"{steady:,}",
        "above": f"{100 * (steady / bound - 1):.2f} %",
        "least latency": f"{least:,}",
        "latency": f"{latency:,}",
        "times": f"{latency / least:.3f}",
        "compared": f"{figures['compared']:,}",
    }


def layers_row(figures: dict[str, Any]) -> dict[str, str]:
    """Return build time, memory and simulation speed."""
    stages = {stage["name"]: stage["cpu_s"] for stage in figures["stages"]}
    simulator, running = stages["build the simulator"], stages["simulating RTL"]
    names = list(stages)
    build = sum(stages[name] for name in names[: names.index("build the simulator")])
    return {
        "network": figures["config"],
        "nodes": str(figures["nodes"]),
        "build (CPU s)": f"{build:.1f}",
        "build peak (MiB)": f"{figures['build_peak_mib']:.0f}",
        "simulator (CPU s)": f"{simulator:.1f}",
        "cycles": f"{figures['total_cycles']:,}",
        "cycles per CPU s": f"{figures['total_cycles'] / running:,.0f}",
    }


def _show(rows: list[dict[str, str]], figures: list[dict[str, Any]], as_json: bool) -> None:
    table = Table()
    for name in rows[0]:
        table.add_column(name, justify="left" if name == "network" else "right")
    for row in rows:
        table.add_row(*row.values())
    Console(width=150).print(table)
    if as_json:
        typer.echo(json.dumps(figures))


@app.command()
def frames(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Cycles against the size of the image."""
    figures = [flow(write_config(folder, 4, *size), folder) for size in SIZES]
    _show([cycles_row(row) for row in figures], figures, as_json)


@app.command()
def layers(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Build time, memory and simulation speed against the number of convolutions; and the cycles."""
    figures = [flow(write_config(folder, count, SIDE, SIDE), folder) for count in CONVOLUTIONS]
    _show([layers_row(row) for row in figures], figures, as_json)
    _show([cycles_row(row) for row in figures], figures, False)


@app.command()
def latency(folder: Folder = DEFAULT_FOLDER, as_json: Json = False) -> None:
    """Cycles per frame and latency of the shipped networks and one of 16 convolutions."""
    configs = [Path(__file__).parent.parent / "build_configs" / f"{name}.yaml" for name in SHIPPED]
    configs.append(write_config(folder, 16, 24, 24))
    figures = [flow(config, folder) for config in configs]
    _show([cycles_row(row) for row in figures], figures, as_json)


if __name__ == "__main__":
    app()
