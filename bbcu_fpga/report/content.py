# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a report says: the schema of ``report.json``, and where every figure comes from.

A figure that was not measured is absent, never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.boards import get_board
from bbcu_fpga.simulation import Engine, SimulationReport, load_report

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build

# the more telling one first
ENGINES: dict[Engine, str] = {
    "rtl": "RTL simulated clock by clock (Verilator, cocotb)",
    "hls": "HLS C++ compiled with g++",
    "python": "hardware graph executed in Python",
}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")


class LayerRow(_Section):
    """One operator: style (rtl or hls), folding, cycles per frame, resources that `source` vouches for."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    op: str
    style: str
    PE: int | None = None
    SIMD: int | None = None
    cycles: int
    source: str

    @property
    def resources(self) -> dict[str, int]:
        """Resources by name (LUT, BRAM18, DSP, ...); a resource nobody estimated is absent."""
        return dict(self.model_extra or {})


class FifoRow(_Section):
    """One FIFO: its depth in words, the least depth that cannot deadlock, and the width of a word in bits."""

    name: str
    depth: int
    minimum: int
    width_bits: int


class Resource(_Section):
    """How much of the device is used; `source` vouches for `used`."""

    used: int
    available: int
    source: str


class Cycles(_Section):
    """Cycles per frame: the slowest layer's, which nothing can beat, and the simulated steady state."""

    bound: int
    simulated: int | None = None


class BitExact(_Section):
    """Output integers compared with the reference, and how many differ."""

    compared: int
    differing: int


class ImageQuality(_Section):
    """PSNR in dB against the clean picture: reference, simulated hardware, what needs no network."""

    psnr_reference_db: float
    psnr_hardware_db: float
    psnr_baseline_db: float


class Report(_Section):
    """Everything known about a build; `sources` says of each figure where it comes from."""

    name: str
    model: str
    model_sha256: str
    task: str
    scale: int
    colours: int = 3
    board: str
    part: str
    clock_mhz: float
    frame_height: int
    frame_width: int
    layers: list[LayerRow]
    resources: dict[str, Resource]
    fifos: list[FifoRow]
    cycles_per_frame: Cycles
    latency_cycles: int | None = None
    fps: float
    bit_exact: BitExact | None = None
    image_quality: ImageQuality | None = None
    simulations: dict[Engine, SimulationReport]
    sources: dict[str, str]
    versions: dict[str, str]

    @property
    def simulation(self) -> SimulationReport | None:
        """The simulation that says most about the hardware: of the RTL, else the C++, else the graph."""
        return next((self.simulations[name] for name in ENGINES if name in self.simulations), None)


def collect(build: Build) -> Report:
    """Gather what a build and its simulations found; raises BuildError when one is of an earlier build."""
    manifest = build.manifest
    found = {engine: load_report(build, engine) for engine in ENGINES}
    simulations = {engine: report for engine, report in found.items() if report is not None}
    rtl = simulations.get("rtl")
    cycles = Cycles(bound=manifest.cycles_bound, simulated=rtl.cycles_per_frame if rtl else None)
    same = manifest.model_dump(include=set(Report.model_fields) & set(type(manifest).model_fields))
    same["layers"] = [_layer_row(layer) for layer in manifest.layers]
    same["versions"] = {name: str(version) for name, version in manifest.versions.items()}
    figures = _simulated_figures(simulations)
    return Report(
        **same,
        **figures,
        resources=_resources(same["layers"], manifest.board),
        cycles_per_frame=cycles,
        latency_cycles=rtl.latency_cycles if rtl else None,
        fps=manifest.clock_mhz * 1e6 / (cycles.simulated or cycles.bound),
        simulations=simulations,
        sources=_sources(cycles, simulations, figures),
    )


def _layer_row(layer: Any) -> LayerRow:
    fields = layer.model_dump(exclude={"resources"})
    return LayerRow(**fields, **layer.resources)


def _resources(layers: list[LayerRow], board: str) -> dict[str, Resource]:
    """Add up what the layers use of what the device has."""
    totals = {}
    for name, available in get_board(board).resources.items():
        rows = [row for row in layers if name in row.resources]
        if rows:
            source = " + ".join(sorted({row.source for row in rows}))
            used = sum(row.resources[name] for row in rows)
            totals[name] = Resource(used=used, available=available, source=source)
    return totals


def _simulated_figures(simulations: dict[Engine, SimulationReport]) -> dict[str, Any]:
    """Return exactness and quality as the most telling simulation found them."""
    best = next((simulations[name] for name in ENGINES if name in simulations), None)
    if best is None:
        return {}
    figures: dict[str, Any] = {"bit_exact": BitExact(compared=best.compared, differing=best.differing)}
    psnr = {name: getattr(best, name) for name in ImageQuality.model_fields}
    if None not in psnr.values():
        figures["image_quality"] = ImageQuality(**psnr)
    return figures


def _sources(
    cycles: Cycles, simulations: dict[Engine, SimulationReport], figures: dict[str, Any]
) -> dict[str, str]:
    """Say of each figure that is present where it comes from."""
    sources = {
        "layers[].cycles": "analytic model of each operator",
        "cycles_per_frame.bound": "the slowest layer's cycles",
        "fps": f"clock_mhz / cycles_per_frame.{'simulated' if cycles.simulated else 'bound'}",
    }
    if cycles.simulated:
        sources["cycles_per_frame.simulated"] = f"{ENGINES['rtl']}: distance of frames back to back"
    if "rtl" in simulations and simulations["rtl"].latency_cycles is not None:
        sources["latency_cycles"] = f"{ENGINES['rtl']}: first input to last output of the first frame"
    best = next((name for name in ENGINES if name in simulations), None)
    if best is not None:
        sources["bit_exact"] = f"{ENGINES[best]}, against the QONNX graph executed in Python"
    if best is not None and "image_quality" in figures:
        sources["image_quality"] = (
            f"{simulations[best].protocol}; reference: QONNX graph; hardware: {ENGINES[best]}; "
            f"baseline: {simulations[best].baseline}"
        )
    return sources
