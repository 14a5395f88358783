# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pixel shuffle: sub-pixels from the channels to space."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import ChannelStreamOperator, Stream, Tensor, datatype
from bbcu_fpga.custom_op.memory import bram18s, lutram_luts
from bbcu_fpga.numerics import pixel_shuffle


class PixelShuffle(ChannelStreamOperator):
    """[1, H, W, r*r*C] -> [1, r*H, r*W, C], channels ordered (sub-row, sub-column, channel).

    Sub-rows wait in one FIFO each until their output row is due.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: those of the output stream, and the factor r."""
        return {**super().get_nodeattr_types(), "factor": ("i", True, 2)}

    def input_streams(self) -> list[Stream]:
        """Return the stream of sub-pixels."""
        shape = self.frame_shape(self.attribute("channels") * self.attribute("factor") ** 2)
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def output_streams(self) -> list[Stream]:
        """Return the up-sampled stream."""
        factor = self.attribute("factor")
        shape = (
            1,
            factor * self.attribute("height"),
            factor * self.attribute("width"),
            self.attribute("channels"),
        )
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the up-sampled tensor."""
        return pixel_shuffle(inputs[0], self.attribute("factor"))

    @property
    def folds(self) -> int:
        """Words of one sub-pixel, C/PE."""
        return int(self.attribute("channels") // self.attribute("PE"))

    def fifo_depths(self) -> list[int]:
        """Words of each sub-row's FIFO, as `rtl/pixel_shuffle.sv` derives them.

        A row fills at 1/r of the rate at which it drains, so row 0 must lag by (r-1)/r of an output row, and
        sub-row i collects i more of these parts until its turn comes.
        """
        folds = self.folds
        factor, width = self.attribute("factor"), self.attribute("width")
        margin = factor * folds + 4
        return [(factor - 1 + row) * width * folds + margin for row in range(factor)]

    def lut_estimation(self, fpgapart: str) -> int:
        """Sequencer and shallow FIFOs."""
        bits = self.input_streams()[0].width
        return 60 + sum(lutram_luts(depth, bits) for depth in self.fifo_depths())

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the FIFOs."""
        return sum(bram18s(depth, self.input_streams()[0].width) for depth in self.fifo_depths())
