# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bilinear interpolation from windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from bbcu_fpga.custom_op.base import StreamOperator, datatype, integer_type
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import bilinear_subpixels, bilinear_unit, extract_windows


class BilinearKernel(StreamOperator):
    """Windows [1, H, W, 9*C] -> the sub-pixels [1, H, W, r*r*C] of bilinear up-sampling by r, unrounded.

    They count 1/D**2 of a pixel, D being `numerics.bilinear_unit`: sixteenths, ninths, 64ths for r = 2, 3, 4.
    The window generator flags taps outside the image; the kernel takes the nearest row or column instead, as
    up-sampling without aligned corners does. All channels of a pixel travel in one word.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, the factor r and element type (unsigned)."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "factor": ("i", True, 2),
            "datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the flagged taps."""
        channels = self.attribute("channels")
        return [Stream(self.frame_shape(9 * channels), channels, datatype(self.attribute("datatype")), 1)]

    def output_streams(self) -> list[Stream]:
        """Return the sub-pixels, D**2 times as large as the input."""
        channels, factor = self.attribute("channels"), self.attribute("factor")
        element = integer_type(
            0, bilinear_unit(factor) ** 2 * int(datatype(self.attribute("datatype")).max())
        )
        return [Stream(self.frame_shape(factor**2 * channels), channels, element)]

    def valid_taps(self, index: int, tensor: Tensor) -> Tensor:
        """Return where the taps lie inside the image: a pixel may be 0 there, too."""
        return extract_windows(np.ones(self.frame_shape(1)), 3).reshape(-1)

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the sub-pixels; the centre taps are the whole image, so the others need not be looked at."""
        channels = self.attribute("channels")
        centre = np.asarray(inputs[0])[..., 4 * channels : 5 * channels]
        return bilinear_subpixels(centre, self.attribute("factor"))

    def get_exp_cycles(self) -> int:
        """Nine taps or r*r sub-pixels per pixel, whichever are more."""
        return max(self.input_streams()[0].words, self.output_streams()[0].words)

    def lut_estimation(self, fpgapart: str) -> int:
        """Adders of three interpolations per channel, and multiplexers of taps.

        Of 24 bits, yosys makes 291, 528 and 500 LUTs for r = 2, 3 and 4 (xc7).
        """
        bits = self.attribute("channels") * datatype(self.attribute("datatype")).bitwidth()
        return int(bits * (11 if self.attribute("factor") == 2 else 21)) + 30

    def ff_estimation(self, fpgapart: str) -> int:
        """Seventeen taps, two interpolated rows and the result of every channel; flags and positions."""
        element, factor = datatype(self.attribute("datatype")), self.attribute("factor")
        unit, peak = bilinear_unit(factor), int(element.max())
        sums = 2 * (unit * peak).bit_length() + (unit**2 * peak).bit_length()
        per_channel = 17 * element.bitwidth() + sums
        return int(self.attribute("channels") * per_channel + 18 + 2 * (factor - 1).bit_length())
