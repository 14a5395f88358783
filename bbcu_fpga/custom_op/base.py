# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What all streaming operators share: their streams, from which FINN's interface follows."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from finn.custom_op.fpgadataflow.hwcustomop import HWCustomOp
from numpy.typing import NDArray
from qonnx.core.datatype import BaseDataType, DataType
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import FoldingError, ModelError
from bbcu_fpga.numerics import IntArray

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Stream:
    """One stream port: an NHWC tensor whose channels travel `lanes` at a time.

    `flag_bits` is 1 on the stream between a window generator and a binary MVU, whose words carry one bit that
    tells whether the tap lies inside the image.
    """

    shape: tuple[int, ...]
    lanes: int
    datatype: BaseDataType
    flag_bits: int = 0

    @property
    def folded_shape(self) -> tuple[int, ...]:
        """The tensor's shape with the channels split into (words per pixel, lanes)."""
        return (*self.shape[:-1], self.shape[-1] // self.lanes, self.lanes)

    @property
    def width(self) -> int:
        """Payload bits of one word."""
        return int(self.lanes * self.datatype.bitwidth() + self.flag_bits)

    @property
    def tensor_datatype(self) -> BaseDataType:
        """Element type of the tensor: a flagged binary stream is three-valued, 0 is an invalid tap."""
        return DataType["TERNARY"] if self.flag_bits and self.datatype.bitwidth() == 1 else self.datatype

    @property
    def words(self) -> int:
        """Words per frame."""
        return int(np.prod(self.shape)) // self.lanes


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

    def execute_node(self, context: dict[str, Tensor], graph: Any) -> None:
        """Compute the output with the bit-level contract (`bbcu_fpga.numerics`)."""
        values = [np.rint(context[name]).astype(np.int64) for name in self.onnx_node.input]
        for stream, value in zip(self.input_streams(), values, strict=False):
            if value.shape != stream.shape:
                raise ModelError(
                    f"{self.onnx_node.name}: input of shape {value.shape}, expected {stream.shape}"
                )
        result = self.compute(*values).astype(np.float32)
        for name in self.onnx_node.output:
            context[name] = result

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
