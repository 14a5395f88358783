# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Line buffer and window generator with exact zero padding."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import StreamOperator, datatype
from bbcu_fpga.custom_op.memory import bram18s, lutram_luts, mux_luts
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import extract_windows


class WindowGenerator(StreamOperator):
    """[1, H, W, C] -> [1, H, W, K*K*C]: the K x K neighbourhood of every pixel, zero outside the image.

    A binary stream has no zero: with `flag` = 1 each word carries a bit that is 0 outside the image, and the
    MVU (or kernel) behind it leaves such a tap out. In this tensor view the tap simply reads 0.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, K, SIMD lanes, element type and the flag."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "kernel": ("i", True, 3),
            "SIMD": ("i", False, 1),
            "flag": ("i", True, 0, {0, 1}),
            "datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the pixel stream."""
        shape = self.frame_shape(self.attribute("channels"))
        return [Stream(shape, self.attribute("SIMD"), datatype(self.attribute("datatype")))]

    def output_streams(self) -> list[Stream]:
        """Return the stream of taps, ordered (tap row, tap column, channel)."""
        shape = self.frame_shape(self.attribute("channels") * self.attribute("kernel") ** 2)
        element = datatype(self.attribute("datatype"))
        return [Stream(shape, self.attribute("SIMD"), element, self.attribute("flag"))]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the windows."""
        return extract_windows(inputs[0], self.attribute("kernel"))

    def fold_attributes(self) -> dict[str, int]:
        """SIMD divides the channels."""
        return {"SIMD": self.attribute("channels")}

    def get_exp_cycles(self) -> int:
        """One word per cycle: H * W * K*K * C/SIMD."""
        return self.output_streams()[0].words

    @property
    def buffer_words(self) -> int:
        """Depth of the circular line buffer: K-1 rows and K pixels, and two pixels of slack."""
        kernel, width = self.attribute("kernel"), self.attribute("width")
        return int(((kernel - 1) * width + kernel + 2) * self.attribute("channels") // self.attribute("SIMD"))

    def lut_estimation(self, fpgapart: str) -> int:
        """Address generation, and LUTRAM where the buffer is too shallow for a block RAM.

        Per address bit a circular sum and a comparison are shared; per coordinate bit a counter and, where
        the kernel reaches over the border, two comparisons.
        """
        address, coordinates = self._address_bits()
        per_coordinate = 8 if self.attribute("kernel") > 1 else 3.7
        memory = self.buffer_words, self.input_streams()[0].width
        return (
            int(3 + 5.5 * address + per_coordinate * coordinates) + lutram_luts(*memory) + mux_luts(*memory)
        )

    def ff_estimation(self, fpgapart: str) -> int:
        """Four and a half addresses (some low bits are constant), coordinates, and the output word."""
        address, coordinates = self._address_bits()
        memory = self.buffer_words, self.input_streams()[0].width
        words = 2 if lutram_luts(*memory) else 1  # a block RAM has the first register inside
        position = 17 if self.attribute("kernel") > 1 else 9
        return int(4.5 * address) + coordinates + position + words * memory[1]

    def _address_bits(self) -> tuple[int, int]:
        """Return the bits of a buffer address, and those of both coordinates."""
        kernel = self.attribute("kernel")
        sides = (self.attribute("height"), self.attribute("width"))
        return self.buffer_words.bit_length(), sum((side + kernel - 1).bit_length() for side in sides)

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the line buffer."""
        return bram18s(self.buffer_words, self.input_streams()[0].width)
