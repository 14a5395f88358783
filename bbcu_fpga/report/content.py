# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a report says: the schema of ``report.json``, and where every figure comes from.

A figure that was not measured is absent, never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.board.simulate import BoardReport
from bbcu_fpga.builder.boards import get_board
from bbcu_fpga.builder.build_folder import CONFIG
from bbcu_fpga.builder.stream_links import StreamLink
from bbcu_fpga.report.commands import commands
from bbcu_fpga.report.found import ENGINES, Found
from bbcu_fpga.report.usage import Usage, usage
from bbcu_fpga.simulation import Engine, SimulationReport
from bbcu_fpga.synth.open_tools.bitstream import BitstreamRecord
from bbcu_fpga.synth.open_tools.nextpnr import Timing
from bbcu_fpga.synth.open_tools.record import SynthesisReport
from bbcu_fpga.synth.reports import VivadoReport

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build, Layer


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="strings")


class LayerRow(_Section):
    """One operator: style (rtl or hls), folding, cycles per frame, resources that `source` vouches for.

    `estimate` has the resources that the operator's model predicts, whoever counted them.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str
    op: str
    style: str
    PE: int | None = None
    SIMD: int | None = None
    cycles: int
    source: str
    estimate: dict[str, int]

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
    """Everything known about a build; `sources` says of each figure where it comes from.

    `boards` are runs on the simulated board by processor, `usage` is what every source says of the
    device, `config` the configuration as YAML, `commands` make the build and its figures again.
    """

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
    halo: int
    layers: list[LayerRow]
    streams: list[StreamLink]
    fifos: list[FifoRow]
    resources: dict[str, Resource]
    usage: list[Usage]
    cycles_per_frame: Cycles
    latency_cycles: int | None = None
    fps: float
    timing: Timing | None = None
    bit_exact: BitExact | None = None
    image_quality: ImageQuality | None = None
    simulations: dict[Engine, SimulationReport]
    boards: dict[str, BoardReport]
    synthesis: SynthesisReport | None = None
    vivado: VivadoReport | None = None
    bitstream: BitstreamRecord | None = None
    sources: dict[str, str]
    versions: dict[str, str]
    config: str | None = None
    commands: list[str]

    @property
    def simulation(self) -> SimulationReport | None:
        """The simulation that says most about the hardware: of the RTL, else the C++, else the graph."""
        return next((self.simulations[name] for name in ENGINES if name in self.simulations), None)


def collect(build: Build) -> Report:
    """Gather what a build, its simulations and its synthesis found.

    Raises BuildError when one of them is of an earlier build.
    """
    manifest, found = build.manifest, Found.of(build)
    rtl = found.simulations.get("rtl")
    cycles = Cycles(bound=manifest.cycles_bound, simulated=rtl.cycles_per_frame if rtl else None)
    same = manifest.model_dump(include=set(Report.model_fields) & set(type(manifest).model_fields))
    same["layers"] = [_layer_row(layer, found.synthesis) for layer in manifest.layers]
    same["versions"] = {**manifest.versions, **found.versions()}
    figures = _simulated_figures(found)
    device = get_board(manifest.board).resources
    config = build.path / CONFIG
    return Report(
        **same,
        **figures,
        streams=build.streams(),
        resources=_resources(same["layers"], found, device),
        usage=usage([layer.resources for layer in manifest.layers], found, device),
        cycles_per_frame=cycles,
        latency_cycles=rtl.latency_cycles if rtl else None,
        fps=manifest.clock_mhz * 1e6 / (cycles.simulated or cycles.bound),
        timing=found.synthesis.timing if found.synthesis else None,
        simulations=found.simulations,
        boards=found.boards,
        synthesis=found.synthesis,
        vivado=found.vivado,
        bitstream=found.bitstream,
        sources=_sources(cycles, found, figures) | _synthesis_sources(found),
        config=config.read_text(encoding="utf-8") if config.exists() else None,
        commands=commands(build.path, found),
    )


def _layer_row(layer: Layer, synthesis: SynthesisReport | None) -> LayerRow:
    """Return a layer with its estimated resources, or those that it took when it was synthesized alone."""
    fields = layer.model_dump(exclude={"resources"}) | {"estimate": layer.resources}
    measured = synthesis.layers.get(layer.name) if synthesis else None
    if measured is not None:
        return LayerRow(**{**fields, "source": measured.source}, **measured.resources)
    return LayerRow(**fields, **layer.resources)


def _resources(layers: list[LayerRow], found: Found, device: dict[str, int]) -> dict[str, Resource]:
    """Return what the whole takes of the device: as built, as synthesized, else the sum of the layers."""
    synthesis = found.synthesis
    whole = found.vivado or (synthesis and (synthesis.device or synthesis.accelerator))
    totals = {}
    for name, available in device.items():
        rows = [row for row in layers if name in row.resources]
        if whole:
            totals[name] = Resource(used=whole.resources[name], available=available, source=whole.source)
        elif len(rows) == len(layers) or (rows and not (synthesis and synthesis.layers)):
            source = " + ".join(sorted({row.source for row in rows}))
            used = sum(row.resources[name] for row in rows)
            totals[name] = Resource(used=used, available=available, source=source)
    return totals


def _simulated_figures(found: Found) -> dict[str, Any]:
    """Return exactness and quality as the most telling simulation found them."""
    best = found.best
    if best is None:
        return {}
    figures: dict[str, Any] = {"bit_exact": BitExact(compared=best.compared, differing=best.differing)}
    psnr = {name: getattr(best, name) for name in ImageQuality.model_fields}
    if None not in psnr.values():
        figures["image_quality"] = ImageQuality(**psnr)
    return figures


def _sources(cycles: Cycles, found: Found, figures: dict[str, Any]) -> dict[str, str]:
    """Say of each figure that is present where it comes from."""
    sources = {
        "layers[].cycles": "analytic model of each operator",
        "layers[].estimate": "closed-form model of each operator, fitted to yosys",
        "streams[].width_bits": "the hardware graph",
        "cycles_per_frame.bound": "the slowest layer's cycles",
        "fps": f"clock_mhz / cycles_per_frame.{'simulated' if cycles.simulated else 'bound'}",
    }
    rtl, best = found.simulations.get("rtl"), found.best
    if cycles.simulated:
        sources["cycles_per_frame.simulated"] = f"{ENGINES['rtl']}: distance of frames back to back"
    if rtl is not None and rtl.latency_cycles is not None:
        sources["latency_cycles"] = f"{ENGINES['rtl']}: first input to last output of the first frame"
    if best is not None:
        sources["bit_exact"] = f"{ENGINES[best.engine]}, against the QONNX graph executed in Python"
    if best is not None and "image_quality" in figures:
        sources["image_quality"] = (
            f"{best.protocol}; reference: QONNX graph; hardware: {ENGINES[best.engine]}; "
            f"baseline: {best.baseline}"
        )
    if found.boards:
        sources["boards"] = "the driver with the real pynq on a simulated board; the logic is the RTL"
    return sources


def _synthesis_sources(found: Found) -> dict[str, str]:
    """Say where the figures of synthesis come from and what they leave out."""
    sources, synthesis = {}, found.synthesis
    if synthesis is not None and synthesis.layers:
        sources["layers[].LUT"] = "layers of source yosys: synthesized alone, cells before packing"
    if found.vivado is not None:
        sources["resources"] = "vivado: the accelerator with FINN's shell, placed and routed"
        sources["vivado.timing"] = "vivado, placed and routed with FINN's shell"
    elif synthesis is not None and synthesis.device is not None:
        sources["resources"] = "yosys: the accelerator with its shell, cells before packing"
    elif synthesis is not None and synthesis.accelerator is not None:
        sources["resources"] = "yosys: the accelerator without a shell, cells before packing"
    if synthesis is not None and synthesis.timing is not None:
        blind = "; nextpnr has no delays for DSP slices" if synthesis.timing.used["DSP"] else ""
        sources["timing"] = f"nextpnr, placed and routed with the shell, seed {synthesis.timing.seed}{blind}"
    return sources
