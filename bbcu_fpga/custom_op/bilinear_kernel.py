# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bilinear x2 interpolation from windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from bbcu_fpga.custom_op.base import Stream, StreamOperator, Tensor, datatype, integer_type
from bbcu_fpga.numerics import bilinear_subpixels, extract_windows


class BilinearKernel(StreamOperator):
    """Windows [1, H, W, 9*C] -> the four sub-pixels [1, H, W, 4*C] of bilinear x2 up-sampling, in sixteenths.

    The window generator flags taps outside the image; the kernel takes the nearest row or column instead, as
    up-sampling without aligned corners does. All channels of a pixel travel in one word.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels and element type (unsigned)."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the flagged taps."""
        channels = self.attribute("channels")
        return [Stream(self.frame_shape(9 * channels), channels, datatype(self.attribute("datatype")), 1)]

    def output_streams(self) -> list[Stream]:
        """Return the sub-pixels, four more bits than the input."""
        channels = self.attribute("channels")
        element = integer_type(0, 16 * int(datatype(self.attribute("datatype")).max()))
        return [Stream(self.frame_shape(4 * channels), channels, element)]

    def valid_taps(self, index: int, tensor: Tensor) -> Tensor:
        """Return where the taps lie inside the image: a pixel may be 0 there, too."""
        return extract_windows(np.ones(self.frame_shape(1)), 3).reshape(-1)

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the sub-pixels; the centre taps are the whole image, so the others need not be looked at."""
        channels = self.attribute("channels")
        centre = np.asarray(inputs[0])[..., 4 * channels : 5 * channels]
        return bilinear_subpixels(centre)

    def get_exp_cycles(self) -> int:
        """Nine taps per pixel: 9 * H * W."""
        return self.input_streams()[0].words

    def lut_estimation(self, fpgapart: str) -> int:
        """Per bit the multiples of six row sums and an output, and the choice of neighbours; the control."""
        return int(19.6 * self.attribute("channels") * self._bits) + 16

    def ff_estimation(self, fpgapart: str) -> int:
        """Eight taps, six sums of a row, the output; the control."""
        per_channel = 8 * self._bits + 6 * (self._bits + 2) + (self._bits + 4)
        return int(self.attribute("channels") * per_channel) + 17

    @property
    def _bits(self) -> int:
        return int(datatype(self.attribute("datatype")).bitwidth())
