# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pixel shuffle: sub-pixels from the channels to space."""

from __future__ import annotations

from math import ceil
from typing import Any

from bbcu_fpga.custom_op.base import ChannelStreamOperator, datatype
from bbcu_fpga.custom_op.plumbing import fifo_bram18s, fifo_luts, fifo_registers
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import pixel_shuffle, stream_bytes


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
        """FIFOs, the choice between their outputs, and counters of the position in and out."""
        fifos = sum(fifo_luts(self._fifo_bits, depth) for depth in self.fifo_depths())
        select = self._fifo_bits * ceil((self.attribute("factor") - 1) / 3)
        return int(fifos + select + 2 * self._position_bits())

    def ff_estimation(self, fpgapart: str) -> int:
        """FIFOs, and counters of the position in and out."""
        fifos = sum(fifo_registers(self._fifo_bits, depth) for depth in self.fifo_depths())
        return fifos + self._position_bits()

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the FIFOs."""
        return sum(fifo_bram18s(self._fifo_bits, depth) for depth in self.fifo_depths())

    @property
    def _fifo_bits(self) -> int:
        return 8 * stream_bytes(self.input_streams()[0].width)

    def _position_bits(self) -> int:
        burst, factor = self.attribute("factor") * self.folds, self.attribute("factor")
        sizes = (factor, factor, burst, self.attribute("width") * burst)
        return sum((size - 1).bit_length() for size in sizes)
