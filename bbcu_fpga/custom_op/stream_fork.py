# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stream fork: one producer, two consumers."""

from __future__ import annotations

from bbcu_fpga.custom_op.base import ChannelStreamOperator
from bbcu_fpga.custom_op.stream import Stream, Tensor


class StreamFork(ChannelStreamOperator):
    """Copy a stream to two outputs, each of which takes its word when it is ready."""

    def output_streams(self) -> list[Stream]:
        """Return the two copies."""
        return self.input_streams() * 2

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the input."""
        return inputs[0]

    def lut_estimation(self, fpgapart: str) -> int:
        """Return the handshake's: nothing is buffered."""
        return 5

    def ff_estimation(self, fpgapart: str) -> int:
        """Return the flags of which output has its copy."""
        return 2
