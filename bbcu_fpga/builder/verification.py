# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Checking a graph against the reference after every pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation
from qonnx.transformation.general import SortGraph

from bbcu_fpga.builder.execution import Frames, block_size, colours, execute
from bbcu_fpga.builder.graph_runner import Memory
from bbcu_fpga.errors import ExactnessError

# odd, not square, wider than high: a swapped axis or a wrong border cannot hide
_CHECK_HEIGHT, _CHECK_WIDTH = 17, 21


def check_size(reference: ModelWrapper) -> tuple[int, int]:
    """Return height and width of the small frame at which passes are checked.

    A network that packs blocks of pixels gets a frame of whole blocks, an odd number of them.
    """
    block = block_size(reference)
    rows, columns = (-(-size // block) for size in (_CHECK_HEIGHT, _CHECK_WIDTH))
    return (rows | 1) * block, (columns | 1) * block


class Verifier:
    """Holds what the reference makes of a test picture, and compares graphs with it."""

    def __init__(self, reference: ModelWrapper, height: int, width: int) -> None:
        self.frames = verification_frames(height, width, colours(reference))
        self.expected = execute(reference, self.frames)

    def check(self, model: ModelWrapper, stage: str, memory: Memory | None = None) -> None:
        """Raise ExactnessError, naming the stage, the place and the values, unless every integer is equal."""
        actual = execute(model, self.frames, memory)
        if actual.shape != self.expected.shape:
            raise ExactnessError(
                f"{stage}: output of shape {actual.shape}, the reference has {self.expected.shape}"
            )
        wrong = np.argwhere(actual != self.expected)
        if wrong.size:
            place = tuple(int(i) for i in wrong[0])
            raise ExactnessError(
                f"{stage}: {len(wrong)} of {actual.size} integers differ from the reference, first at (frame,"
                f" row, column, channel) {place}: {actual[place]} instead of {self.expected[place]}"
            )

    def apply(self, model: ModelWrapper, passes: Sequence[type[Transformation]]) -> ModelWrapper:
        """Apply passes one by one, checking after each; raises what a pass or the check raises."""
        memory = Memory()
        for transformation in passes:
            model = model.transform(transformation())
            model = model.transform(SortGraph(), make_deepcopy=False, cleanup=False)
            self.check(model, f"after pass {transformation.__name__}", memory)
        return model


def verification_frames(height: int, width: int, channels: int = 3) -> Frames:
    """Return a test picture, uint8 [1, H, W, C]: noise above, ramps with hard edges below."""
    noise = np.random.default_rng(0).integers(0, 256, (height, width, channels))
    rows, columns = np.mgrid[0:height, 0:width]
    ramp = rows * 255 // max(height - 1, 1)
    edges = np.stack([ramp, 255 - ramp, (rows // 3 + columns // 4) % 2 * 255], axis=-1)[..., :channels]
    return np.where((rows < height // 2)[..., None], noise, edges).astype(np.uint8)[None]
