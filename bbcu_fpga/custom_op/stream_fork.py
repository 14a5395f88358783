# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stream fork: one producer, two consumers."""

from __future__ import annotations

from typing import Any

from bbcu_fpga.custom_op.base import Stream, StreamOperator, Tensor, datatype


class StreamFork(StreamOperator):
    """Copy a stream to two outputs, each of which takes its word when it is ready."""

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, channels, PE and element type."""
        return {
            **super().get_nodeattr_types(),
            "height": ("i", True, 0),
            "width": ("i", True, 0),
            "channels": ("i", True, 0),
            "PE": ("i", False, 1),
            "datatype": ("s", True, ""),
        }

    def input_streams(self) -> list[Stream]:
        """Return the stream."""
        shape = self.frame_shape(self.attribute("channels"))
        return [Stream(shape, self.attribute("PE"), datatype(self.attribute("datatype")))]

    def output_streams(self) -> list[Stream]:
        """Return the two copies."""
        return self.input_streams() * 2

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the input."""
        return inputs[0]

    def fold_attributes(self) -> dict[str, int]:
        """PE divides the channels."""
        return {"PE": self.attribute("channels")}

    def get_exp_cycles(self) -> int:
        """One word per cycle."""
        return self.input_streams()[0].words

    def lut_estimation(self, fpgapart: str) -> int:
        """Handshake, and output registers."""
        return 10
