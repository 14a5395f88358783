# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The curve of Zero-DCE++: a product of two streams."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import StreamOperator, datatype
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import light_curve


class LightCurve(StreamOperator):
    """One step ``x + r (x^2 - x)`` of light x with parameter r, in fixed point (`numerics.light_curve`).

    Inputs: the light [1, H, W, C], unsigned; the parameter [1, H, W, C], signed. The light has `light_bits`
    bits, its lowest `in_shift` (`out_shift`) bits are not sent (rounded away): the first step takes pixels,
    the last one gives them.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, PE, and the fixed point of light and parameter."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "PE": ("i", False, 1),
            "light_bits": ("i", True, 12),
            "parameter_bits": ("i", True, 8),
            "in_shift": ("i", False, 0),
            "out_shift": ("i", False, 0),
        }

    def _stream(self, kind: str) -> Stream:
        return Stream(self.frame_shape(self.attribute("channels")), self.attribute("PE"), datatype(kind))

    def input_streams(self) -> list[Stream]:
        """Return the light and the parameter."""
        light = self.attribute("light_bits") - self.attribute("in_shift")
        return [self._stream(f"UINT{light}"), self._stream(f"INT{self.attribute('parameter_bits')}")]

    def output_streams(self) -> list[Stream]:
        """Return the new light."""
        return [self._stream(f"UINT{self.attribute('light_bits') - self.attribute('out_shift')}")]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the new light."""
        light, parameter = inputs
        names = ("light_bits", "parameter_bits", "in_shift", "out_shift")
        return light_curve(light, parameter, *(self.attribute(name) for name in names))

    def fold_attributes(self) -> dict[str, int]:
        """PE divides the channels."""
        return {"PE": self.attribute("channels")}

    def get_exp_cycles(self) -> int:
        """One word per cycle."""
        return self.output_streams()[0].words

    def lut_estimation(self, fpgapart: str) -> int:
        """Rounding, the sum and delays, per lane."""
        return int(
            self.attribute("PE") * (8 * self.attribute("light_bits") + self.attribute("parameter_bits"))
        )

    def dsp_estimation(self, fpgapart: str) -> int:
        """Two products per lane."""
        return int(2 * self.attribute("PE"))
