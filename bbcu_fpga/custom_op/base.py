# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What all streaming operators share: their streams, from which FINN's interface follows."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from finn.custom_op.fpgadataflow.hwcustomop import HWCustomOp
from qonnx.core.datatype import BaseDataType, DataType
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.errors import FoldingError, ModelError
from bbcu_fpga.numerics import IntArray


class StreamOperator(HWCustomOp):
    """A hardware operator between streams; subclasses list their streams, FINN's interface follows.

    Node inputs beyond the input streams are parameters (weights, thresholds) and have no port.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return FINN's attributes, the frame size, and `layer`, the name in configurations and reports."""
        return {
            **super().get_nodeattr_types(),
            "layer": ("s", True, ""),
            "height": ("i", True, 0),
            "width": ("i", True, 0),
        }

    @abstractmethod
    def input_streams(self) -> list[Stream]:
        """Return the input ports in order."""

    @abstractmethod
    def output_streams(self) -> list[Stream]:
        """Return the output ports in order."""

    @abstractmethod
    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the output tensor of the integer input tensors (NHWC, int64), parameters included."""

    @abstractmethod
    def get_exp_cycles(self) -> int:
        """Return the clock cycles per frame in steady state."""

    def ff_estimation(self, fpgapart: str) -> int:
        """Return an estimate of the flip-flops: a register on every port, and the control.

        Operators that keep more than that say how much.
        """
        return sum(stream.width for stream in (*self.input_streams(), *self.output_streams())) + 16

    def fold_attributes(self) -> dict[str, int]:
        """Return the foldable dimension of each folding attribute: the value must divide it."""
        return {}

    def attribute(self, name: str) -> Any:
        """Return a node attribute."""
        return self.get_nodeattr(name)

    def check_folding(self) -> None:
        """Raise FoldingError, naming layer and numbers, if an attribute does not divide its dimension."""
        for name, size in self.fold_attributes().items():
            value = self.attribute(name)
            if value < 1 or size % value:
                divisors = [d for d in range(1, size + 1) if size % d == 0]
                raise FoldingError(
                    f"layer {self.onnx_node.name}: {name}={value} does not divide {size};"
                    f" possible: {divisors}"
                )

    @property
    def pixels(self) -> int:
        """Pixels of this operator's input frame, H * W."""
        return int(self.attribute("height") * self.attribute("width"))

    def parameters(self, model: ModelWrapper) -> list[IntArray]:
        """Return the integers of the node's initializers (weights, thresholds, ...), in input order."""
        names = self.onnx_node.input[len(self.input_streams()) :]
        tensors = [model.get_initializer(name) for name in names]
        # beyond 2**53 a detour over floating point would lose bits
        return [
            (tensor if tensor.dtype.kind == "i" else np.rint(tensor)).astype(np.int64) for tensor in tensors
        ]

    def frame_shape(self, depth: int) -> tuple[int, int, int, int]:
        """Return the NHWC shape of this operator's input frame with `depth` channels."""
        return (1, self.attribute("height"), self.attribute("width"), depth)

    def valid_taps(self, index: int, tensor: Tensor) -> Tensor | None:
        """Return which words of a flagged input are inside the image; None: its zeros tell."""
        return None

    def simulate_rtl(self, *inputs: Tensor) -> list[Tensor]:
        """Return the output tensors that the node's Verilog delivers for the input tensors (int64).

        FINN's PrepareRTLSim must have run; `bbcu_fpga.sim.finn_xsi` lets it do without Vivado. FINN's own
        packing knows neither the flag bit nor parameters without a port. Raises FINN's FINNUserError when an
        output delivers nothing for LIVENESS_THRESHOLD cycles.
        """
        streams = enumerate(zip(self.input_streams(), inputs, strict=False))
        words: dict[str, dict[str, list[int]]] = {
            "inputs": {f"in{i}": s.pack(value, self.valid_taps(i, value)) for i, (s, value) in streams},
            "outputs": {f"out{i}": [] for i in range(len(self.output_streams()))},
        }
        simulation = self.get_rtlsim()
        try:
            self.reset_rtlsim(simulation)
            self.rtlsim_multi_io(simulation, words)
        finally:
            self.close_rtlsim(simulation)
        return [s.unpack(words["outputs"][f"out{i}"]) for i, s in enumerate(self.output_streams())]

    def execute_node(self, context: dict[str, Tensor], graph: Any) -> None:
        """Compute the output with the bit-level contract (`bbcu_fpga.numerics`), or simulate the Verilog.

        The node attribute `exec_mode` decides: rtlsim simulates.
        """
        values = [np.rint(context[name]).astype(np.int64) for name in self.onnx_node.input]
        for stream, value in zip(self.input_streams(), values, strict=False):
            if value.shape != stream.shape:
                raise ModelError(
                    f"{self.onnx_node.name}: input of shape {value.shape}, expected {stream.shape}"
                )
        outputs = self.onnx_node.output
        if self.attribute("exec_mode") == "rtlsim":
            results = self.simulate_rtl(*values)
        else:
            results = [self.compute(*values)] * len(outputs)
        for name, result in zip(outputs, results, strict=True):
            context[name] = result.astype(np.float32)

    def infer_node_datatype(self, model: ModelWrapper) -> None:
        """Check that the inputs carry the declared types, and annotate the outputs.

        Raises:
            ModelError: a tensor's datatype is not the one this node was built for.
        """
        for name, stream in zip(self.onnx_node.input, self.input_streams(), strict=False):
            actual = model.get_tensor_datatype(name)
            if actual != stream.tensor_datatype:
                expected = stream.tensor_datatype.name
                raise ModelError(f"{self.onnx_node.name}: input {name} is {actual.name}, not {expected}")
        for name, stream in zip(self.onnx_node.output, self.output_streams(), strict=True):
            model.set_tensor_datatype(name, stream.tensor_datatype)

    def get_number_output_values(self) -> int | dict[str, int]:
        """Return the words per frame; with several outputs, as FINN's own forks do, by output port."""
        words = {f"out{index}": stream.words for index, stream in enumerate(self.output_streams())}
        return words if len(words) > 1 else words["out0"]

    def get_input_datatype(self, ind: int = 0) -> BaseDataType:
        """Return the element type of input port `ind`."""
        return self.input_streams()[ind].datatype

    def get_output_datatype(self, ind: int = 0) -> BaseDataType:
        """Return the element type of output port `ind`."""
        return self.output_streams()[ind].datatype

    def get_normal_input_shape(self, ind: int = 0) -> list[int]:
        """Return the unfolded shape at input port `ind`."""
        return list(self.input_streams()[ind].shape)

    def get_normal_output_shape(self, ind: int = 0) -> list[int]:
        """Return the unfolded shape at output port `ind`."""
        return list(self.output_streams()[ind].shape)

    def get_folded_input_shape(self, ind: int = 0) -> list[int]:
        """Return the folded shape at input port `ind`."""
        return list(self.input_streams()[ind].folded_shape)

    def get_folded_output_shape(self, ind: int = 0) -> list[int]:
        """Return the folded shape at output port `ind`."""
        return list(self.output_streams()[ind].folded_shape)

    def get_instream_width(self, ind: int = 0) -> int:
        """Return the payload bits of input port `ind`; 0 for a parameter, which has no port."""
        streams = self.input_streams()
        return streams[ind].width if ind < len(streams) else 0

    def get_outstream_width(self, ind: int = 0) -> int:
        """Return the payload bits of output port `ind`."""
        return self.output_streams()[ind].width


class ChannelStreamOperator(StreamOperator):
    """An operator on one stream of `channels` channels, `PE` at a time, one word per cycle."""

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: channels, PE and element type."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "PE": ("i", False, 1),
            "datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the stream."""
        shape = self.frame_shape(self.attribute("channels"))
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def fold_attributes(self) -> dict[str, int]:
        """PE divides the channels."""
        return {"PE": self.attribute("channels")}

    def get_exp_cycles(self) -> int:
        """One word per cycle."""
        return self.input_streams()[0].words


def datatype(name: str) -> BaseDataType:
    """Return the QONNX datatype of that name, e.g. ``INT12`` or ``BIPOLAR``."""
    return DataType[name]


def integer_type(low: int, high: int) -> BaseDataType:
    """Return the narrowest integer type that holds ``[low, high]``, computed exactly at any width."""
    if low >= 0:
        return DataType[f"UINT{max(1, int(high).bit_length())}"]
    # at least two bits: QONNX has no INT1
    return DataType[f"INT{max(2, 1 + max((-int(low) - 1).bit_length(), max(int(high), 0).bit_length()))}"]
