# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Depthwise convolution: every channel with its own kernel."""

from __future__ import annotations

from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import StreamOperator, datatype
from bbcu_fpga.custom_op.memory import rom_luts
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import IntArray, bipolar_to_bits, depthwise


class DepthwiseUnit(StreamOperator):
    """[1, H, W, K*K*C] x weights [C, K*K] -> accumulators [1, H, W, C], all channels of a tap per cycle.

    Inputs: the stream of a window generator that sends whole pixels, and the integer weights as initializer.
    A binary layer sums over the taps inside the image only, as the XNOR-popcount unit does.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, taps and element types."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "taps": ("i", True, 9),
            "input_datatype": ("s", True, ""),
            "weight_datatype": ("s", True, ""),
            "accumulator_datatype": ("s", True, ""),
        }

    @property
    def is_binary(self) -> bool:
        """Tell whether activations and weights are bits."""
        return bool(self.attribute("input_datatype") == "BIPOLAR")

    def input_streams(self) -> list[Stream]:
        """Return the stream of taps, with its valid flag if it is binary."""
        channels, element = self.attribute("channels"), datatype(self.attribute("input_datatype"))
        shape = self.frame_shape(channels * self.attribute("taps"))
        return [Stream(shape, channels, element, int(self.is_binary))]

    def output_streams(self) -> list[Stream]:
        """Return the stream of accumulators."""
        channels = self.attribute("channels")
        return [
            Stream(self.frame_shape(channels), channels, datatype(self.attribute("accumulator_datatype")))
        ]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the accumulators."""
        return depthwise(inputs[0], inputs[1])

    @property
    def weight_bits(self) -> int:
        """Bits of one weight."""
        return int(datatype(self.attribute("weight_datatype")).bitwidth())

    def weight_words(self, model: ModelWrapper) -> IntArray:
        """Return the weights as words [K*K, C]; of a binary layer +1 and -1 as bits 1 and 0."""
        (weights,) = self.parameters(model)
        return bipolar_to_bits(weights.T) if self.is_binary else weights.T

    def get_exp_cycles(self) -> int:
        """One tap per cycle: K*K * H * W."""
        return self.input_streams()[0].words

    def get_op_and_param_counts(self) -> dict[str, int]:
        """Return multiply-accumulates and weights in FINN's format."""
        weights = self.attribute("channels") * self.attribute("taps")
        kind = f"{datatype(self.attribute('input_datatype')).bitwidth()}b_{self.weight_bits}b"
        return {f"op_mac_{kind}": self.pixels * weights, f"param_weight_{self.weight_bits}b": weights}

    def lut_estimation(self, fpgapart: str) -> int:
        """An adder and its accumulator per channel, and the weights."""
        channels = self.attribute("channels")
        adders = channels * datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(adders + rom_luts(self.attribute("taps"), channels * self.weight_bits)) + 40

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per channel of an integer layer."""
        return 0 if self.is_binary else int(self.attribute("channels"))
