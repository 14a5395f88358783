# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Binarization: the learnable shift and the sign of a unit's input, as one threshold per channel."""

from __future__ import annotations

from math import ceil
from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import ChannelStreamOperator, datatype
from bbcu_fpga.custom_op.memory import rom_columns
from bbcu_fpga.custom_op.stream import Stream, Tensor
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
        """Three LUTs per four bits of a comparator, and one per column of the thresholds.

        Of up to four words the columns are functions of two address bits, which cost next to nothing, and the
        comparators of fewer values a little less.
        """
        lanes, folds, columns = self._sizes()
        per_bit = 0.75 if folds > 2 else 0.65
        memory = columns * ceil(folds / 64) if folds > 4 else columns // 4
        return int(per_bit * lanes * self._value_bits) + memory + 7

    def ff_estimation(self, fpgapart: str) -> int:
        """Values, thresholds, bits; the fold and two flags."""
        lanes, folds, columns = self._sizes()
        return lanes * self._value_bits + columns + lanes + (folds - 1).bit_length() + 2

    def _sizes(self) -> tuple[int, int, int]:
        """Return the lanes, the folds, and the columns of the threshold memory."""
        lanes = self.attribute("PE")
        folds = self.attribute("channels") // lanes
        return lanes, folds, rom_columns(folds, lanes * self.threshold_bits)

    @property
    def _value_bits(self) -> int:
        return int(datatype(self.attribute("datatype")).bitwidth())
