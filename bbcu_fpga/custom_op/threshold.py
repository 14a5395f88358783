# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Binarization: the learnable shift and the sign of a unit's input, as one threshold per channel."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import Stream, StreamOperator, Tensor, datatype
from bbcu_fpga.custom_op.memory import rom_luts
from bbcu_fpga.numerics import compare_thresholds


class Threshold(StreamOperator):
    """[1, H, W, C] integers -> bits: +1 where ``value >= threshold[c]``, -1 elsewhere.

    Inputs: the stream, and the thresholds as initializer [C]. ``sign(x + m)`` of BBCU is such a threshold.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, PE and element types."""
        return {
            **super().get_nodeattr_types(),
            "height": ("i", True, 0),
            "width": ("i", True, 0),
            "channels": ("i", True, 0),
            "PE": ("i", False, 1),
            "datatype": ("s", True, ""),
            "threshold_datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the integer stream."""
        shape = self.frame_shape(self.attribute("channels"))
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def output_streams(self) -> list[Stream]:
        """Return the stream of bits."""
        return [
            Stream(self.frame_shape(self.attribute("channels")), self.attribute("PE"), datatype("BIPOLAR"))
        ]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the bits as +-1."""
        return compare_thresholds(inputs[0], inputs[1])

    def fold_attributes(self) -> dict[str, int]:
        """PE divides the channels."""
        return {"PE": self.attribute("channels")}

    def get_exp_cycles(self) -> int:
        """One word per cycle: H * W * C/PE."""
        return self.output_streams()[0].words

    def lut_estimation(self, fpgapart: str) -> int:
        """A comparator per lane and the thresholds."""
        lanes, folds = self.attribute("PE"), self.attribute("channels") // self.attribute("PE")
        bits = datatype(self.attribute("threshold_datatype")).bitwidth()
        return int(lanes * bits // 2 + rom_luts(folds, lanes * bits)) + 8
