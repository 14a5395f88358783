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
from bbcu_fpga.synth.open_tools.nextpnr import Timing
from bbcu_fpga.synth.open_tools.record import SynthesisReport, load_synthesis

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build

# the more telling one first
ENGINES: dict[Engine, str] = {
    "rtl": "RTL simulated clock by clock (Verilator, cocotb)",
    "netlist": "netlist of yosys, cell by cell (Verilator, cocotb)",
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
    timing: Timing | None = None
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
    """Gather what a build, its simulations and its synthesis found.

    Raises BuildError when one of them is of an earlier build.
    """
    manifest = build.manifest
    found = {engine: load_report(build, engine) for engine in ENGINES}
    simulations = {engine: report for engine, report in found.items() if report is not None}
    rtl = simulations.get("rtl")
    cycles = Cycles(bound=manifest.cycles_bound, simulated=rtl.cycles_per_frame if rtl else None)
    same = manifest.model_dump(include=set(Report.model_fields) & set(type(manifest).model_fields))
    synthesis = load_synthesis(build) or SynthesisReport(build="")
    same["layers"] = [_layer_row(layer, synthesis) for layer in manifest.layers]
    same["versions"] = {**manifest.versions, **synthesis.versions()}
    figures = _simulated_figures(simulations)
    return Report(
        **same,
        **figures,
        resources=_resources(same["layers"], synthesis, manifest.board),
        cycles_per_frame=cycles,
        latency_cycles=rtl.latency_cycles if rtl else None,
        fps=manifest.clock_mhz * 1e6 / (cycles.simulated or cycles.bound),
        timing=synthesis.timing,
        simulations=simulations,
        sources=_sources(cycles, simulations, figures) | _synthesis_sources(synthesis),
    )


def _layer_row(layer: Any, synthesis: SynthesisReport) -> LayerRow:
    """Return a layer with its estimated resources, or those that it took when it was synthesized alone."""
    fields = layer.model_dump(exclude={"resources"})
    if (found := synthesis.layers.get(layer.name)) is not None:
        return LayerRow(**{**fields, "source": found.source}, **found.resources)
    return LayerRow(**fields, **layer.resources)


def _resources(layers: list[LayerRow], synthesis: SynthesisReport, board: str) -> dict[str, Resource]:
    """Return what the whole takes of what the device has: as synthesized, else the sum of the layers."""
    whole = synthesis.device or synthesis.accelerator
    totals = {}
    for name, available in get_board(board).resources.items():
        rows = [row for row in layers if name in row.resources]
        if whole is not None:
            totals[name] = Resource(used=whole.resources[name], available=available, source=whole.source)
        elif len(rows) == len(layers) or (rows and not synthesis.layers):
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


def _synthesis_sources(synthesis: SynthesisReport) -> dict[str, str]:
    """Say where the figures of synthesis come from and what they leave out."""
    sources = {}
    if synthesis.layers:
        sources["layers[].LUT"] = "layers of source yosys: synthesized alone, cells before packing"
    if synthesis.device is not None:
        sources["resources"] = "yosys: the accelerator with its shell, cells before packing"
    elif synthesis.accelerator is not None:
        sources["resources"] = "yosys: the accelerator without a shell, cells before packing"
    if synthesis.timing is not None:
        blind = "; nextpnr has no delays for DSP slices" if synthesis.timing.used["DSP"] else ""
        sources["timing"] = f"nextpnr, placed and routed with the shell, seed {synthesis.timing.seed}{blind}"
    return sources
