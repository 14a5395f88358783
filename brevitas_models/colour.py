# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pictures as arrays: the luma of the papers, and the number of channels that a task works on."""

import numpy as np
from numpy.typing import NDArray
from skimage.color import rgb2ycbcr, ycbcr2rgb

Pixels = NDArray[np.uint8] | NDArray[np.float32]
"""A picture in values 0..255, (height, width, 1 or 3); float32 where it is neither rounded nor clipped."""

LUMA = np.array([65.481, 128.553, 24.966]) / 255  # BT.601 studio range, as MATLAB's rgb2ycbcr


def luma(image: Pixels) -> NDArray[np.float64]:
    """Return Y of RGB (H, W, 3) as unrounded float64 (H, W), 16..235 for values 0..255."""
    return image.astype(np.float64) @ LUMA + 16.0


def luma8(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return Y of uint8 RGB (H, W, 3) as uint8 (H, W), rounded half up as MATLAB's rgb2ycbcr does."""
    return np.floor(luma(image) + 0.5).astype(np.uint8)


def as_channels(image: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Return uint8 (H, W, 1 or 3) with the wanted channels: grey is repeated, of colour the 8-bit Y is taken.

    Raises:
        ValueError: the picture or the wish has neither one nor three channels.
    """
    if image.ndim != 3 or image.shape[2] not in (1, 3) or channels not in (1, 3):
        raise ValueError(f"a picture has 1 or 3 channels, got {image.shape} and the wish for {channels}")
    if image.shape[2] == channels:
        return image
    return luma8(image)[..., None] if channels == 1 else np.repeat(image, 3, axis=2)


def chroma(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return Cb and Cr of uint8 RGB (H, W, 3), unrounded float64 (H, W, 2), as MATLAB's rgb2ycbcr."""
    return np.asarray(rgb2ycbcr(image)[..., 1:], dtype=np.float64)


def with_chroma(y: NDArray[np.uint8], colours: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return uint8 RGB (H, W, 3) of Y (H, W, 1) and of Cb and Cr (H, W, 2), clipped to 0..255."""
    rgb = ycbcr2rgb(np.concatenate([y, colours], axis=-1))
    values: NDArray[np.uint8] = np.floor(np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8)
    return values
