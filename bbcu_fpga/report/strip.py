# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The comparison in one picture: input, interpolation, simulated hardware and, where known, the original."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bbcu_fpga.images import Picture, load_image, save_image
from bbcu_fpga.simulation import SimulationReport

GAP_PIXELS = 8


def write_strip(simulation: SimulationReport, folder: Path, scale: int) -> Path:
    """Write ``comparison.png`` into the build folder `folder`, the input enlarged without interpolation."""
    names = [name for name in ("baseline", "hardware", "clean") if name in simulation.pictures]
    pictures = [load_image(folder / simulation.pictures[name]) for name in names]
    enlarged = load_image(folder / simulation.pictures["input"]).repeat(scale, axis=0).repeat(scale, axis=1)
    path = folder / "comparison.png"
    save_image(path, _side_by_side([enlarged, *pictures]))
    return path


def _side_by_side(pictures: list[Picture]) -> Picture:
    """Join uint8 [H, W, 3] pictures of one height, with white between them."""
    gap = np.full((pictures[0].shape[0], GAP_PIXELS, 3), 255, dtype=np.uint8)
    spaced = [part for picture in pictures for part in (gap, picture)]
    return np.concatenate(spaced[1:], axis=1)
