# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Tiles cover a picture, keep clear of borders that are not the picture's, and join without a seam."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbcu_fpga.errors import ImageError
from bbcu_fpga.runtime.tiling import Tiling, spans


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw length, frame and halo that can be tiled."""
    halo = draw(st.integers(0, 12))
    frame = draw(st.integers(2 * halo + 1, 60))
    return draw(st.integers(frame, 400)), frame, halo


@given(sizes())
def test_spans_cover_every_pixel_once_and_keep_clear_of_inner_borders(size: tuple[int, int, int]) -> None:
    length, frame, halo = size
    tiles = spans(length, frame, halo)
    assert [tile.keep_from for tile in tiles] == [0, *(tile.keep_to for tile in tiles[:-1])]
    assert tiles[-1].keep_to == length
    for tile in tiles:
        assert 0 <= tile.start <= length - frame
        assert tile.keep_from < tile.keep_to
        assert tile.start == 0 == tile.keep_from or tile.keep_from - tile.start >= halo
        end = tile.start + frame
        assert tile.keep_to == length == end or end - tile.keep_to >= halo


def test_one_tile_keeps_everything_whatever_the_halo() -> None:
    (tile,) = spans(8, 8, 100)
    assert (tile.start, tile.keep_from, tile.keep_to) == (0, 0, 8)


def test_refusals() -> None:
    with pytest.raises(ImageError, match="7 pixels are fewer than the 8"):
        spans(7, 8, 0)
    with pytest.raises(ImageError, match="a frame of 8 pixels is too small .* 4 .* more than 8 pixels"):
        spans(9, 8, 4)


@pytest.mark.parametrize(("height", "width"), [(9, 7), (9, 8), (23, 17), (40, 7)])
@pytest.mark.parametrize("scale", [1, 2])
def test_split_and_join_are_inverse(height: int, width: int, scale: int) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (height, width, 3), dtype=np.uint8)
    tiling = Tiling.cover(height, width, 9, 7, halo=2)
    tiles = tiling.split(picture)
    assert tiles.shape == (len(tiling.rows) * len(tiling.columns), 9, 7, 3)
    grown = tiles.repeat(scale, axis=1).repeat(scale, axis=2)
    expected = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    np.testing.assert_array_equal(tiling.join(grown, scale), expected)
