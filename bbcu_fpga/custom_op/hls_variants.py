# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The HLS variants of the operators: FINN nodes whose hardware is a function of `hls/bbcu`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from finn.custom_op.fpgadataflow.hlsbackend import HLSBackend
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import StreamOperator
from bbcu_fpga.custom_op.bilinear_kernel import BilinearKernel
from bbcu_fpga.custom_op.depthwise_unit import DepthwiseUnit
from bbcu_fpga.custom_op.epilogue import Epilogue
from bbcu_fpga.custom_op.light_curve import LightCurve
from bbcu_fpga.custom_op.matrix_vector_unit import IntegerMVU, XnorPopcountMVU
from bbcu_fpga.custom_op.pixel_shuffle import PixelShuffle
from bbcu_fpga.custom_op.pixel_unshuffle import PixelUnshuffle
from bbcu_fpga.custom_op.stream import Tensor
from bbcu_fpga.custom_op.stream_fork import StreamFork
from bbcu_fpga.custom_op.threshold import Threshold
from bbcu_fpga.custom_op.window_generator import WindowGenerator
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.numerics import stream_bytes


class HlsOperator(HLSBackend, StreamOperator):
    """Mix-in that makes an operator a FINN HLS node.

    FINN would assemble the C++ from the pieces its hooks return, around its own library; here whole files
    come from templates (`bbcu_fpga.transformation.hls_node`), and the hooks have nothing to add.
    """

    def execute_node(self, context: dict[str, Tensor], graph: Any) -> None:
        """Compute as the node's `exec_mode` says.

        In "cppsim" the C++ computes if FINN's PrepareCppSim made a program of this node, else NumPy does, as
        for the RTL variants; in "rtlsim" the Verilog that Vitis HLS generated is simulated.
        """
        if self.attribute("exec_mode") == "cppsim" and self.attribute("code_gen_dir_cppsim"):
            self._execute_program(context)
        else:
            StreamOperator.execute_node(self, context, graph)

    def code_generation_ipgen(self, model: ModelWrapper, fpgapart: str, clk: float) -> None:
        """Write the node's C++ and the Tcl for Vitis HLS into FINN's code generation folder; `clk` in ns."""
        # imported here: the templates belong to the transformation that writes whole accelerators
        from bbcu_fpga.transformation.hls_node import write_node_ip

        folder = Path(self.attribute("code_gen_dir_ipgen"))
        directives = self.ipgen_default_directives() + self.ipgen_extra_directives()
        write_node_ip(self.onnx_node, model, folder, part=fpgapart, clock_ns=clk, directives=directives)

    def code_generation_cppsim(self, model: ModelWrapper) -> None:
        """Write the program of this node into FINN's code generation folder."""
        from bbcu_fpga.transformation.hls_node import write_node_program

        write_node_program(self.onnx_node, model, Path(self.attribute("code_gen_dir_cppsim")))

    def compile_singlenode_code(self) -> None:
        """Compile the program; raises MissingToolError or SimulatorBuildError."""
        from bbcu_fpga.sim.cpp import compile_program

        folder = Path(self.attribute("code_gen_dir_cppsim"))
        program = folder / "node_model"
        compile_program(
            [folder / f"execute_{self.onnx_node.name}.cpp"], program, includes=[folder, folder / "pc"]
        )
        self.set_nodeattr("executable_path", str(program))

    def _execute_program(self, context: dict[str, Tensor]) -> None:
        """Send the node's tensors through the compiled program."""
        folder, program = Path(self.attribute("code_gen_dir_cppsim")), self.attribute("executable_path")
        if not program:
            raise SimulationError(f"{self.onnx_node.name}: not compiled: apply FINN's CompileCppSim first")
        node = self.onnx_node
        for index, stream in enumerate(self.input_streams()):
            tensor = np.rint(context[node.input[index]]).astype(np.int64)
            size = stream_bytes(stream.width)
            words = stream.pack(tensor, self.valid_taps(index, tensor))
            (folder / f"input_{index}.bin").write_bytes(
                b"".join(word.to_bytes(size, "little") for word in words)
            )
        run = subprocess.run([program], cwd=folder, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SimulationError(f"{node.name}: {program} ended with {run.returncode}: {run.stderr.strip()}")
        for index, stream in enumerate(self.output_streams()):
            size = stream_bytes(stream.width)
            rows = np.fromfile(folder / f"output_{index}.bin", np.uint8).reshape(-1, size)
            words = [int.from_bytes(row.tobytes(), "little") for row in rows]
            context[node.output[index]] = stream.unpack(words).astype(np.float32)

    def global_includes(self) -> None:
        """Add nothing: the templates hold the includes."""

    def defines(self, var: str) -> None:
        """Add nothing: constants stand in the templates."""

    def docompute(self) -> None:
        """Add nothing: the call stands in the templates."""

    def blackboxfunction(self) -> None:
        """Add nothing: the signature stands in the templates."""


class WindowGenerator_hls(HlsOperator, WindowGenerator):
    """`window_generator.h`."""


class XnorPopcountMVU_hls(HlsOperator, XnorPopcountMVU):
    """`xnor_popcount_mvu.h`."""


class IntegerMVU_hls(HlsOperator, IntegerMVU):
    """`integer_mvu.h`."""


class DepthwiseUnit_hls(HlsOperator, DepthwiseUnit):
    """`depthwise_unit.h`."""


class Epilogue_hls(HlsOperator, Epilogue):
    """`epilogue.h`."""


class Threshold_hls(HlsOperator, Threshold):
    """`threshold.h`."""


class PixelShuffle_hls(HlsOperator, PixelShuffle):
    """`pixel_shuffle.h`."""


class PixelUnshuffle_hls(HlsOperator, PixelUnshuffle):
    """`pixel_unshuffle.h`."""


class BilinearKernel_hls(HlsOperator, BilinearKernel):
    """`bilinear_kernel.h`."""


class LightCurve_hls(HlsOperator, LightCurve):
    """`light_curve.h`."""


class StreamFork_hls(HlsOperator, StreamFork):
    """`stream_fork.h`."""
