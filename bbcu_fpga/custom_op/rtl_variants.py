# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The RTL variants of the operators: which module of `rtl/`, with which parameters and memories."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from finn.custom_op.fpgadataflow.rtlbackend import RTLBackend
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga import numerics, resources
from bbcu_fpga.custom_op.base import StreamOperator, datatype
from bbcu_fpga.custom_op.bilinear_kernel import BilinearKernel
from bbcu_fpga.custom_op.depthwise_unit import DepthwiseUnit
from bbcu_fpga.custom_op.epilogue import Epilogue, FunctionFields
from bbcu_fpga.custom_op.light_curve import LightCurve
from bbcu_fpga.custom_op.matrix_vector_unit import IntegerMVU, MatrixVectorUnit, XnorPopcountMVU
from bbcu_fpga.custom_op.memory import ROM_STYLES, rom_style
from bbcu_fpga.custom_op.pixel_shuffle import PixelShuffle
from bbcu_fpga.custom_op.pixel_unshuffle import PixelUnshuffle
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.custom_op.stream_fork import StreamFork
from bbcu_fpga.custom_op.threshold import Threshold
from bbcu_fpga.custom_op.window_generator import WindowGenerator
from bbcu_fpga.errors import FoldingError


@dataclass(frozen=True)
class RtlModule:
    """A module of `rtl/` with its parameters; `memories` maps file-name parameters to `$readmemh` lines."""

    name: str
    parameters: dict[str, int]
    memories: dict[str, list[str]] = field(default_factory=dict)


class RtlOperator(RTLBackend, StreamOperator):
    """Mix-in that makes an operator a FINN RTL node: a Verilog wrapper around one module of `rtl/`."""

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes and `library_module`, which `generate_hdl` sets."""
        return {**super().get_nodeattr_types(), "library_module": ("s", False, "")}

    @abstractmethod
    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module that implements this node."""

    def execute_node(self, context: dict[str, Tensor], graph: Any) -> None:
        """Compute or simulate; not FINN's method, which packs neither flags nor several outputs."""
        StreamOperator.execute_node(self, context, graph)

    def generate_hdl(self, model: ModelWrapper, fpgapart: str, clk: float) -> None:
        """Write the node's Verilog wrapper and memories into FINN's code generation folder."""
        # imported here: the wrapper's template belongs to the stitcher, which knows all nodes
        from bbcu_fpga.transformation.generate_rtl import write_wrapper

        folder = Path(self.attribute("code_gen_dir_ipgen"))
        module = write_wrapper(self.onnx_node, model, folder)
        self.set_nodeattr("library_module", module.name)
        self.set_nodeattr("gen_top_module", self.onnx_node.name)
        self.set_nodeattr("ipgen_path", str(folder))
        self.set_nodeattr("ip_path", str(folder))

    def get_rtl_file_list(self, abspath: bool = False) -> list[str]:
        """Return the wrapper and the library modules below it; only after `generate_hdl`."""
        wrapper = f"{self.attribute('gen_top_module')}.v"
        library = resources.module_sources(self.attribute("library_module"))
        if not abspath:
            return [path.name for path in library] + [wrapper]
        return [str(path) for path in library] + [str(Path(self.attribute("code_gen_dir_ipgen")) / wrapper)]

    def code_generation_ipi(self) -> list[str]:
        """Return the Tcl that instantiates the node in Vivado IP Integrator, one file per command."""
        files = [f"add_files -norecurse {path}" for path in self.get_rtl_file_list(abspath=True)]
        name = self.attribute("gen_top_module")
        return [*files, f"create_bd_cell -type module -reference {name} {self.onnx_node.name}"]


class WindowGenerator_rtl(RtlOperator, WindowGenerator):
    """`window_generator.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        names = ("SIMD", "channels", "height", "width", "kernel", "flag")
        parameters = {name.upper(): self.attribute(name) for name in names}
        return RtlModule("window_generator", {"BITS": self.get_input_datatype().bitwidth(), **parameters})


def _mvu_module(
    operator: MatrixVectorUnit, name: str, model: ModelWrapper, extra: dict[str, int]
) -> RtlModule:
    words = operator.weight_words(model)
    parameters = {name: operator.attribute(name) for name in ("PE", "SIMD", "MW", "MH")}
    parameters["ACC_BITS"] = operator.get_output_datatype().bitwidth()
    parameters["WEIGHT_STYLE"] = ROM_STYLES[operator.weight_style()]
    lines = numerics.hex_words(numerics.pack_words(words.reshape(len(words), -1), operator.weight_bits))
    return RtlModule(name, {**parameters, **extra}, {"WEIGHT_FILE": lines})


class XnorPopcountMVU_rtl(RtlOperator, XnorPopcountMVU):
    """`xnor_popcount_mvu.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        if (dsp := self.attribute("accumulator") == "dsp") and not self.fits_dsp():
            raise FoldingError(
                f"layer {self.attribute('layer')}: with SIMD={self.attribute('SIMD')} and "
                f"{self.attribute('MW')} columns a DSP slice cannot accumulate; set accumulator to lut"
            )
        return _mvu_module(self, "xnor_popcount_mvu", model, {"DSP": int(dsp)})


class IntegerMVU_rtl(RtlOperator, IntegerMVU):
    """`integer_mvu.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        element = self.get_input_datatype()
        extra = {
            "IN_BITS": element.bitwidth(),
            "IN_SIGNED": int(element.signed()),
            "WEIGHT_BITS": self.weight_bits,
        }
        return _mvu_module(self, "integer_mvu", model, extra)


class DepthwiseUnit_rtl(RtlOperator, DepthwiseUnit):
    """`depthwise_unit.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        element = self.get_input_datatype()
        parameters = {
            "CHANNELS": self.attribute("channels"),
            "TAPS": self.attribute("taps"),
            "BINARY": int(self.is_binary),
            "IN_BITS": element.bitwidth(),
            "IN_SIGNED": int(element.signed()),
            "WEIGHT_BITS": self.weight_bits,
            "ACC_BITS": self.get_output_datatype().bitwidth(),
        }
        words = numerics.pack_words(self.weight_words(model), self.weight_bits)
        return RtlModule("depthwise_unit", parameters, {"WEIGHT_FILE": numerics.hex_words(words)})


class Epilogue_rtl(RtlOperator, Epilogue):
    """`epilogue.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module, with the narrowest parameter fields that hold this layer's numbers."""
        post, streams = self.attribute("post"), self.input_streams()
        shifts = (self.attribute("pre_shift"), self.attribute("post_shift"))
        rows = self.parameters(model)
        functions = [_with_half(tensor, shift) for tensor, shift in zip(rows, shifts, strict=False)]
        fields = np.concatenate([function.rows for function in functions])
        bits = [width for function in functions for width in function.widths]
        residual = streams[1].datatype if self.attribute("residual") else datatype("INT2")
        pe = self.attribute("PE")
        parameters = {
            "PE": pe,
            "CHANNELS": self.attribute("channels"),
            "ACC_BITS": streams[0].datatype.bitwidth(),
            "ACC_SIGNED": int(streams[0].datatype.signed()),
            "RESIDUAL": self.attribute("residual"),
            "RESIDUAL_BITS": residual.bitwidth(),
            "RESIDUAL_SIGNED": int(residual.signed()),
            "REPEAT": self.attribute("repeat"),
            "SUM_BITS": self.sum_datatype.bitwidth(),
            "SUM_LOW": self.attribute("sum_low"),
            "SUM_HIGH": self.attribute("sum_high"),
            **_function_parameters("PRE", self.attribute("pre_shift"), functions[0]),
            "POST": post,
            **_function_parameters(
                "POST", self.attribute("post_shift"), functions[1] if post else _NO_FUNCTION
            ),
            "OUT_BITS": self.get_output_datatype().bitwidth(),
            "OUT_LOW": self.attribute("out_low"),
            "OUT_HIGH": self.attribute("out_high"),
            "PARAM_STYLE": _epilogue_rom_style(self.attribute("channels") // pe, pe * sum(bits)),
        }
        words = fields.T.reshape(-1, pe * len(fields))  # word per channel fold: lane by lane, field by field
        return RtlModule(
            "epilogue", parameters, {"PARAM_FILE": numerics.hex_words(numerics.pack_words(words, bits * pe))}
        )


_CHOSEN_WORDS = 32
# widths must be given, but have no effect
_NO_FUNCTION = FunctionFields(np.zeros((5, 0), np.int64), 2, 2, 2)


def _with_half(rows: Tensor, shift: int) -> FunctionFields:
    """Return a function whose offsets (rows 2 and 4) include the half that rounding adds."""
    half = np.zeros((5, 1), np.int64)
    half[[2, 4]] = (1 << shift) >> 1
    return FunctionFields.of(rows.astype(np.int64) + half)


def _epilogue_rom_style(depth: int, width: int) -> int:
    """The choice of a side takes five address bits into its own LUT; more words are a memory."""
    return ROM_STYLES["baked" if depth <= _CHOSEN_WORDS else rom_style(depth, width)]


def _function_parameters(prefix: str, shift: int, fields: FunctionFields) -> dict[str, int]:
    return {
        f"{prefix}_SHIFT": shift,
        f"{prefix}_BREAK_BITS": fields.break_bits,
        f"{prefix}_SLOPE_BITS": fields.slope_bits,
        f"{prefix}_OFFSET_BITS": fields.offset_bits,
    }


class Threshold_rtl(RtlOperator, Threshold):
    """`threshold.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        element = self.get_input_datatype()
        words = numerics.pack_words(self.threshold_words(model), self.threshold_bits)
        parameters = {
            "PE": self.attribute("PE"),
            "CHANNELS": self.attribute("channels"),
            "IN_BITS": element.bitwidth(),
            "IN_SIGNED": int(element.signed()),
            "THRESHOLD_BITS": self.threshold_bits,
        }
        return RtlModule("threshold", parameters, {"PARAM_FILE": numerics.hex_words(words)})


class PixelShuffle_rtl(RtlOperator, PixelShuffle):
    """`pixel_shuffle.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        return RtlModule("pixel_shuffle", _shuffle_parameters(self))


class PixelUnshuffle_rtl(RtlOperator, PixelUnshuffle):
    """`pixel_unshuffle.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        return RtlModule("pixel_unshuffle", _shuffle_parameters(self))


def _shuffle_parameters(operator: PixelShuffle | PixelUnshuffle) -> dict[str, int]:
    return {
        "BEAT_BITS": operator.input_streams()[0].width,
        "FOLDS": operator.folds,
        "WIDTH": operator.attribute("width"),
        "FACTOR": operator.attribute("factor"),
    }


class BilinearKernel_rtl(RtlOperator, BilinearKernel):
    """`bilinear_kernel.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        parameters = {name.upper(): self.attribute(name) for name in ("channels", "factor")}
        bits = self.get_input_datatype().bitwidth()
        return RtlModule("bilinear_kernel", {**parameters, "BITS": bits})


class LightCurve_rtl(RtlOperator, LightCurve):
    """`light_curve.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        names = ("PE", "light_bits", "parameter_bits", "in_shift", "out_shift")
        return RtlModule("light_curve", {name.upper(): self.attribute(name) for name in names})


class StreamFork_rtl(RtlOperator, StreamFork):
    """`stream_fork.sv`."""

    def rtl_module(self, model: ModelWrapper) -> RtlModule:
        """Return the module."""
        stream: Stream = self.input_streams()[0]
        return RtlModule("stream_fork", {"WIDTH": 8 * numerics.stream_bytes(stream.width)})
