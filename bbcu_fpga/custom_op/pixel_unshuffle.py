# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pixel unshuffle: the pixels of a block from space to the channels."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import ChannelStreamOperator, datatype
from bbcu_fpga.custom_op.memory import bram18s, lutram_luts
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.errors import FoldingError
from bbcu_fpga.numerics import pixel_unshuffle


class PixelUnshuffle(ChannelStreamOperator):
    """[1, H, W, C] -> [1, H/r, W/r, r*r*C], channels ordered (sub-row, sub-column, channel).

    The rows of a block wait in one FIFO each until its last row arrives.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: those of the input stream, and the factor r."""
        return {**super().get_nodeattr_types(), "factor": ("i", True, 2)}

    def output_streams(self) -> list[Stream]:
        """Return the stream of blocks."""
        factor = self.attribute("factor")
        shape = (
            1,
            self.attribute("height") // factor,
            self.attribute("width") // factor,
            self.attribute("channels") * factor**2,
        )
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def check_folding(self) -> None:
        """Raise FoldingError also if the frame is not made of whole blocks."""
        super().check_folding()
        factor, height, width = (self.attribute(name) for name in ("factor", "height", "width"))
        if height % factor or width % factor:
            raise FoldingError(
                f"layer {self.onnx_node.name}: a frame of {height}x{width} is not made of blocks of"
                f" {factor}x{factor}; choose multiples of {factor}"
            )

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the packed tensor."""
        return pixel_unshuffle(inputs[0], self.attribute("factor"))

    @property
    def folds(self) -> int:
        """Words of one pixel, C/PE."""
        return int(self.attribute("channels") // self.attribute("PE"))

    def fifo_depths(self) -> list[int]:
        """Words of each row's FIFO, as `rtl/pixel_unshuffle.sv` derives them."""
        factor, folds = self.attribute("factor"), self.folds
        part = self.attribute("width") // factor * folds
        return [(2 * factor - 2 - row) * part + factor * folds + 4 for row in range(factor)]

    def lut_estimation(self, fpgapart: str) -> int:
        """Sequencer and shallow FIFOs."""
        bits = self.input_streams()[0].width
        return 60 + sum(lutram_luts(depth, bits) for depth in self.fifo_depths())

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the FIFOs."""
        return sum(bram18s(depth, self.input_streams()[0].width) for depth in self.fifo_depths())
