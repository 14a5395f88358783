# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A finished build folder: what it says of itself, and its three forms that restore pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from bbcu_fpga import numerics
from bbcu_fpga.builder.step_record import StepRecord
from bbcu_fpga.errors import BuildError

if TYPE_CHECKING:
    from qonnx.core.modelwrapper import ModelWrapper

    from bbcu_fpga.builder.execution import Frames
    from bbcu_fpga.builder.stream_links import StreamLink
    from bbcu_fpga.sim.verilator import CppSources

MANIFEST = "manifest.json"
CONFIG = "config.yaml"
REFERENCE_GRAPH = "intermediate_models/00_qonnx.onnx"
HARDWARE_GRAPH = "intermediate_models/06_streams.onnx"
RTL_FOLDER = "rtl"
HLS_FOLDER = "hls"
SHELL_FOLDER = "shell"
SIMULATOR_FOLDER = "simulation/verilator"
_SHIM_FOLDER = "simulation/shim"
_PROGRAM_FOLDER = "simulation/cpp"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Layer(_Record):
    """One node of the accelerator: style, folding (None where it has none), cycles per frame, resources."""

    name: str
    op: str
    style: Literal["rtl", "hls"] = "rtl"
    PE: int | None = None
    SIMD: int | None = None
    cycles: int
    resources: dict[str, int]
    source: str


class Fifo(_Record):
    """One FIFO: depth in words, least depth without deadlock, payload bits of a word."""

    name: str
    depth: int
    minimum: int
    width_bits: int


class BuildManifest(_Record):
    """What was built, from what, for what; `colours` are the channels of a picture, 3 (RGB) or 1 (Y)."""

    name: str
    model: str
    model_sha256: str
    board: str
    part: str
    clock_mhz: float
    frame_height: int
    frame_width: int
    scale: int
    colours: int = 3
    halo: int
    task: str
    layers: list[Layer]
    fifos: list[Fifo]
    versions: dict[str, str]

    @property
    def cycles_bound(self) -> int:
        """Cycles per frame of the slowest layer; nothing can be faster."""
        return max(layer.cycles for layer in self.layers)


@dataclass(frozen=True)
class RtlRun:
    """Pictures restored by the RTL, and the cycles it took; `cycles_per_frame` needs two frames.

    With a node of style HLS there are no cycles: its C++ takes part in the simulation, but not its clock.
    """

    frames: Frames
    cycles_per_frame: int | None
    latency_cycles: int | None
    total_cycles: int | None


class Build:
    """An opened build folder."""

    def __init__(self, path: Path, manifest: BuildManifest) -> None:
        self.path = path
        self.manifest = manifest

    @classmethod
    def open(cls, path: Path | str) -> Build:
        """Open a finished build.

        Raises:
            BuildError: there is none, it was interrupted, or a file of it was changed since.
        """
        path = Path(path)
        try:
            manifest = BuildManifest.model_validate_json((path / MANIFEST).read_text())
        except FileNotFoundError:
            reason = "the build did not finish" if path.is_dir() else "no such folder"
            raise BuildError(f"{path}: {reason}; run `bbcu-fpga build CONFIG --output {path}`") from None
        except (ValidationError, UnicodeDecodeError, OSError) as error:
            raise BuildError(f"{path / MANIFEST}: unreadable; build again ({error})") from error
        StepRecord(path).check()
        return cls(path, manifest)

    def reference(self, images: Frames) -> Frames:
        """Restore pictures of any size with the QONNX graph: uint8 [N, H, W, C] -> uint8 [N, s*H, s*W, C]."""
        from bbcu_fpga.builder.execution import execute, with_frame_size

        return execute(with_frame_size(self._graph(REFERENCE_GRAPH), *images.shape[1:3]), images)

    def execute_python(self, frames: Frames) -> Frames:
        """Restore frames of the built size with the hardware graph, computed in NumPy."""
        from bbcu_fpga.builder.execution import execute

        return execute(self._hardware, frames)

    def execute_rtl(
        self,
        frames: Frames,
        *,
        progress: Callable[[str, int, int], None] | None = None,
        idle: float = 0.0,
        back_pressure: float = 0.0,
        seed: int = 0,
        netlist: Sequence[Path] | None = None,
    ) -> RtlRun:
        """Restore frames of the built size with the RTL, back to back, simulated cycle by cycle.

        Nodes of style HLS take part with their C++.

        Args:
            frames: uint8 [N, H, W, C].
            progress: called with (what, output words received, output words in all).
            idle: probability of a pause at the input in a cycle.
            back_pressure: probability of a pause at the output in a cycle.
            seed: of the pauses.
            netlist: Verilog of a netlist of the accelerator, to be simulated in place of its RTL.

        Raises:
            MissingToolError, DeadlockError, SimulationError: as `bbcu_fpga.sim.run.simulate`.
        """
        from bbcu_fpga.sim.job import Pattern
        from bbcu_fpga.sim.run import simulate
        from bbcu_fpga.sim.verilator import NO_CPP
        from bbcu_fpga.transformation.generate_rtl import TOP

        def report(done: int, total: int) -> None:
            if progress is not None:
                progress("simulating RTL", done, total)

        lanes_in, lanes_out, words_out = self.stream_shapes()
        sources, cpp = self.rtl_sources() if netlist is None else (list(netlist), NO_CPP)
        result = simulate(
            TOP,
            sources,
            cpp=cpp,
            inputs={"in0": numerics.pack_words(frames.reshape(-1, lanes_in), 8)},
            output_words={"out0": words_out * len(frames)},
            build_root=self.path / SIMULATOR_FOLDER,
            data_dir=self.path / RTL_FOLDER,
            frames=len(frames),
            idle=Pattern(pause=idle),
            back_pressure=Pattern(pause=back_pressure),
            seed=seed,
            progress=report,
        )
        pixels = numerics.unpack_words(result.received["out0"], lanes_out, 8, signed=False).astype(np.uint8)
        shape = self._restored_shape(frames)
        if cpp.files:
            return RtlRun(pixels.reshape(shape), None, None, None)
        steady = result.cycles_per_frame() if len(frames) > 1 else None
        return RtlRun(pixels.reshape(shape), steady, result.latency_cycles(), result.total_cycles)

    def execute_hls(
        self,
        frames: Frames,
        *,
        bounded: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Frames:
        """Restore frames of the built size with the HLS C++, compiled with g++.

        Args:
            frames: uint8 [N, H, W, C].
            bounded: make streams as shallow as the FIFOs, so that a deadlock shows; slower.
            progress: called with (what, frames done, frames in all).

        Raises:
            MissingToolError, DeadlockError, SimulationError: as `bbcu_fpga.sim.hls_program`.
        """
        from bbcu_fpga.sim.hls_program import compile_accelerator, run_accelerator

        report = progress or (lambda *_: None)
        report("compiling the C++", 0, len(frames))
        program = compile_accelerator(self.path / HLS_FOLDER, self.path / _PROGRAM_FOLDER, bounded=bounded)
        shape = self._restored_shape(frames)
        return run_accelerator(program, frames, shape, progress=partial(report, "running the C++"))

    def streams(self) -> list[StreamLink]:
        """Return the streams between the nodes of the accelerator, FIFOs and width converters included."""
        from bbcu_fpga.builder.stream_links import stream_links

        return stream_links(self._hardware)

    def operators(self) -> list[str]:
        """Return the names of all nodes of the accelerator, FIFOs included, in the order of the data."""
        return [node.name for node in self._hardware.graph.node]

    def system_sources(self) -> list[Path]:
        """Return the Verilog of the accelerator in its shell, whose top is `bbcu_system`.

        Raises:
            BuildError: the board has no processor that the shell is made for.
        """
        from bbcu_fpga.transformation.generate_rtl import FILE_LIST

        if not (self.path / SHELL_FOLDER / FILE_LIST).exists():
            raise BuildError(
                f"{self.path}: a build for {self.manifest.board} has no shell; it needs a Zynq-7000"
            )
        folders = [self.path / name for name in (RTL_FOLDER, SHELL_FOLDER)]
        return [folder / name for folder in folders for name in (folder / FILE_LIST).read_text().split()]

    def _restored_shape(self, frames: Frames) -> tuple[int, int, int, int]:
        """Return the shape of what `frames`, uint8 [N, H, W, C], are restored to."""
        count, height, width, channels = frames.shape
        return count, self.manifest.scale * height, self.manifest.scale * width, channels

    @cached_property
    def _hardware(self) -> ModelWrapper:
        return self._graph(HARDWARE_GRAPH)

    def _graph(self, name: str) -> ModelWrapper:
        from qonnx.core.modelwrapper import ModelWrapper

        import bbcu_fpga.custom_op  # noqa: F401  (registers the operators)

        return ModelWrapper(str(self.path / name))

    def rtl_sources(self) -> tuple[list[Path], CppSources]:
        """Return the Verilog, with a shim for each node of style HLS, and the C++ behind the shims."""
        from bbcu_fpga.custom_op.hls_function import hls_function
        from bbcu_fpga.sim import dpi
        from bbcu_fpga.sim.verilator import NO_CPP
        from bbcu_fpga.transformation.generate_rtl import FILE_LIST
        from bbcu_fpga.transformation.set_impl_style import impl_style

        folder, hls = self.path / RTL_FOLDER, self.path / HLS_FOLDER
        sources = [folder / name for name in (folder / FILE_LIST).read_text().split()]
        model = self._hardware
        nodes = [node for node in model.graph.node if impl_style(node) == "hls"]
        if not nodes:
            return sources, NO_CPP
        functions = {node.name: hls_function(node, model) for node in nodes}
        modules = [dpi.CppModule(name, f.inputs, f.outputs) for name, f in functions.items()]
        shims = dpi.generate(modules, [hls, hls / "pc", hls / "ap_types"], self.path / _SHIM_FOLDER)
        # both have the checker of streams
        unique = {path.name: path for path in (*shims.verilog, *sources)}
        return list(unique.values()), shims.cpp

    def stream_shapes(self) -> tuple[int, int, int]:
        """Return input lanes, output lanes, and output words per frame."""
        from qonnx.custom_op.registry import getCustomOp

        first, last = (getCustomOp(self._hardware.graph.node[i]) for i in (0, -1))
        shape_out = last.get_folded_output_shape()
        return first.get_folded_input_shape()[-1], shape_out[-1], int(np.prod(shape_out[:-1]))
