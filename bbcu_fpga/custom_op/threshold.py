# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Binarization: the learnable shift and the sign of a unit's input, as one threshold per channel."""

from __future__ import annotations

from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import ChannelStreamOperator, Stream, Tensor, datatype
from bbcu_fpga.custom_op.memory import rom_luts
from bbcu_fpga.numerics import IntArray, compare_thresholds


class Threshold(ChannelStreamOperator):
    """[1, H, W, C] integers -> bits: +1 where ``value >= threshold[c]``, -1 elsewhere.

    Inputs: the stream, and the thresholds as initializer [C]. ``sign(x + m)`` of BBCU is such a threshold.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: those of the stream, and the type of the thresholds."""
        return {**super().get_nodeattr_types(), "threshold_datatype": ("s", True, "")}

    def output_streams(self) -> list[Stream]:
        """Return the stream of bits."""
        return [
            Stream(self.frame_shape(self.attribute("channels")), self.attribute("PE"), datatype("BIPOLAR"))
        ]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the bits as +-1."""
        return compare_thresholds(inputs[0], inputs[1])

    @property
    def threshold_bits(self) -> int:
        """Bits of one threshold."""
        return int(datatype(self.attribute("threshold_datatype")).bitwidth())

    def threshold_words(self, model: ModelWrapper) -> IntArray:
        """Return the thresholds as words [C/PE, PE]."""
        return self.parameters(model)[0].reshape(-1, self.attribute("PE"))

    def lut_estimation(self, fpgapart: str) -> int:
        """A comparator per lane and the thresholds."""
        lanes, folds = self.attribute("PE"), self.attribute("channels") // self.attribute("PE")
        bits = lanes * self.threshold_bits
        return int(bits // 2 + rom_luts(folds, bits)) + 8
