# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A stand-in for a build that needs neither a network nor a simulator: x2 by integer convolutions.

Two 3x3 convolutions with zero padding, a pixel shuffle and a rounding shift: as in a real network, the border
of a frame changes the pixels next to it, here up to two.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga import numerics
from bbcu_fpga.builder.build_folder import BuildManifest, Fifo, Layer, RtlRun
from bbcu_fpga.builder.stream_links import StreamLink

Frames = NDArray[np.uint8]

SCALE, HALO = 2, 2
_RANDOM = np.random.default_rng(7)
# a blurred copy of the input in every sub-pixel, plus something of the neighbours
_FIRST = _RANDOM.integers(-2, 3, (3, 27))
_FIRST[np.arange(3), 12 + np.arange(3)] = 16
_SECOND = np.concatenate([_FIRST + _RANDOM.integers(-1, 2, (3, 27)) for _ in range(SCALE**2)])


def manifest(height: int = 12, width: int = 10, halo: int = HALO) -> BuildManifest:
    """Return the manifest of the stand-in, with two layers and a FIFO."""
    first = Layer(
        name="first",
        op="IntegerMVU",
        PE=3,
        SIMD=9,
        cycles=3 * height * width,
        resources={"LUT": 500, "BRAM18": 1, "DSP": 27},
        source="estimate",
    )
    second = first.model_copy(update={"name": "second", "PE": 1, "cycles": 36 * height * width})
    return BuildManifest(
        name="stand_in",
        model="convolutions",
        model_sha256="0" * 64,
        board="Pynq-Z2",
        part="xc7z020clg400-1",
        clock_mhz=100.0,
        frame_height=height,
        frame_width=width,
        scale=SCALE,
        halo=halo,
        task="super-resolution",
        layers=[first, second],
        fifos=[Fifo(name="skip", depth=40, minimum=38, width_bits=24)],
        versions={"bbcu-fpga": "0"},
    )


class ConvolutionBuild:
    """Has the attributes and methods of a build that simulations and reports use."""

    def __init__(self, path: Path, built: BuildManifest | None = None, fault: int = 0) -> None:
        self.path, self.manifest, self.fault = path, built or manifest(), fault

    def streams(self) -> list[StreamLink]:
        """Return the chain of the two convolutions."""
        ends = ("in0", "first", "second", "out0")
        return [StreamLink(source=a, target=b, width_bits=24) for a, b in pairwise(ends)]

    def reference(self, images: Frames) -> Frames:
        """Restore uint8 [N, H, W, 3] of any size."""
        hidden = numerics.saturate(self._convolve(images, _FIRST), 0, 255)
        shuffled = numerics.pixel_shuffle(self._convolve(hidden, _SECOND), SCALE)
        return numerics.saturate(shuffled, 0, 255).astype(np.uint8)

    def execute_python(self, frames: Frames) -> Frames:
        """Restore frames of the built size; one integer of the last is changed by `fault`."""
        assert frames.shape[1:] == (self.manifest.frame_height, self.manifest.frame_width, 3)
        restored = self.reference(frames)
        restored[-1, 5, 7, 1] ^= self.fault
        return restored

    def execute_hls(self, frames: Frames, **_: object) -> Frames:
        """Restore frames of the built size."""
        return self.execute_python(frames)

    def execute_rtl(self, frames: Frames, **_: object) -> RtlRun:
        """Restore frames and pretend to have counted cycles."""
        bound = self.manifest.cycles_bound
        steady = bound + 10 if len(frames) > 1 else None
        return RtlRun(self.execute_python(frames), steady, 2 * bound, (1 + len(frames)) * bound)

    @staticmethod
    def _convolve(images: Frames | numerics.IntArray, weights: numerics.IntArray) -> numerics.IntArray:
        sums = numerics.matrix_vector(numerics.extract_windows(images, 3), weights)
        return numerics.round_half_even_shift(sums, 4)
