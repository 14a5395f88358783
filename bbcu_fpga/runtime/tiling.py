# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Cutting a picture into overlapping frames of a fixed size, and joining the results without a seam.

A pixel that lies `halo` or more pixels inside a frame does not depend on what lies outside it. Tiles
therefore overlap by twice the halo, and `halo` pixels are thrown away at each side that is not a side of the
picture; at a side of the picture the tile's border *is* the picture's border, so nothing is thrown away. The
joined result equals that of the whole picture in every integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .errors import ImageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Span:
    """One tile along one axis: it starts at `start`, and ``[keep_from, keep_to)`` of it is kept.

    All three are counted in input pixels of the whole picture.
    """

    start: int
    keep_from: int
    keep_to: int


def spans(length: int, frame: int, halo: int) -> list[Span]:
    """Return the tiles of `frame` pixels that cover `length` pixels; the kept parts adjoin.

    Raises ImageError when the picture is smaller than the frame, or no pixel of the frame is `halo` away from
    both its ends.
    """
    if length < frame:
        raise ImageError(f"{length} pixels are fewer than the {frame} pixels of the built frame")
    if length > frame and frame <= 2 * halo:
        raise ImageError(
            f"a frame of {frame} pixels is too small for tiles: {halo} pixels at each side depend on what "
            f"lies outside; build for a frame of more than {2 * halo} pixels"
        )
    starts = [0]
    while starts[-1] + frame < length:
        starts.append(min(starts[-1] + frame - 2 * halo, length - frame))
    edges = [0, *(start + frame - halo for start in starts[:-1]), length]
    return [Span(start, edges[index], edges[index + 1]) for index, start in enumerate(starts)]


@dataclass(frozen=True)
class Tiling:
    """How a picture of `height` x `width` pixels is cut into frames of `frame_height` x `frame_width`."""

    rows: list[Span]
    columns: list[Span]
    frame_height: int
    frame_width: int

    @classmethod
    def cover(cls, height: int, width: int, frame_height: int, frame_width: int, halo: int) -> Tiling:
        """Plan the tiles; raises ImageError as `spans` does."""
        rows, columns = spans(height, frame_height, halo), spans(width, frame_width, halo)
        return cls(rows, columns, frame_height, frame_width)

    def __len__(self) -> int:
        """Return the number of tiles."""
        return len(self.rows) * len(self.columns)

    def split(self, picture: Picture) -> Picture:
        """Cut uint8 [H, W, C] into tiles in raster order: uint8 [N, frame_height, frame_width, C]."""
        strips = [picture[row.start : row.start + self.frame_height] for row in self.rows]
        return np.stack(
            [
                strip[:, column.start : column.start + self.frame_width]
                for strip in strips
                for column in self.columns
            ]
        )

    def join(self, tiles: Picture, scale: int) -> Picture:
        """Join uint8 [N, scale*frame_height, scale*frame_width, C] into uint8 [scale*H, scale*W, C]."""
        height, width = scale * self.rows[-1].keep_to, scale * self.columns[-1].keep_to
        picture = np.empty((height, width, tiles.shape[-1]), dtype=np.uint8)
        order = ((row, column) for row in self.rows for column in self.columns)
        if len(tiles) != len(self):
            raise ImageError(f"{len(tiles)} tiles given, the picture has {len(self)}")
        for tile, (row, column) in zip(tiles, order):
            picture[_scaled(row, scale, 0), _scaled(column, scale, 0)] = tile[
                _scaled(row, scale, row.start), _scaled(column, scale, column.start)
            ]
        return picture


def _scaled(span: Span, scale: int, origin: int) -> slice:
    """Return the kept part counted from `origin`, in output pixels."""
    return slice(scale * (span.keep_from - origin), scale * (span.keep_to - origin))
