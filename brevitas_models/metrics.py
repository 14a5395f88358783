# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""PSNR and SSIM as restoration papers report them: of the luma or of all channels, peak 255."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from brevitas_models.colour import Pixels, luma

PEAK = 255.0
WINDOW = 11  # side of SSIM's Gaussian window

Measured = Literal["y", "all"]
"""What is compared: Y of the colours, unrounded, or every channel as it is."""


def psnr(image: Pixels, clean: NDArray[np.uint8], shave: int = 0, measured: Measured = "all") -> float:
    """Return the PSNR in dB, peak 255, without `shave` border pixels; infinite for equal pictures.

    Args:
        image: uint8 or float32 (H, W, C), C = 1 or 3.
        clean: uint8 (H, W, C).
        shave: border pixels left out on each side; the upscaling factor by convention.
        measured: "y" (C = 3) or "all", the mean squared error of all channels together.

    Raises:
        TypeError: a picture has another type.
        ValueError: the shapes differ or do not fit `measured`, or the border leaves nothing.
    """
    one, other = _planes(image, clean, shave, measured)
    error = float(np.mean((one - other) ** 2))
    return 10 * math.log10(PEAK**2 / error) if error else math.inf


def ssim(image: Pixels, clean: NDArray[np.uint8], shave: int = 0, measured: Measured = "all") -> float:
    """Return the SSIM as Wang et al. define it: 11x11 Gaussian windows of sigma 1.5 inside the picture.

    Arguments as for `psnr`; of "all" channels, it is the mean of their SSIM.

    Raises:
        TypeError: a picture has another type.
        ValueError: the shapes differ or do not fit `measured`, or no window fits inside the border.
    """
    one, other = _planes(image, clean, shave, measured)
    if min(one.shape[:2]) < WINDOW:
        raise ValueError(f"SSIM needs {WINDOW}x{WINDOW} pixels inside the border, got {one.shape[:2]}")
    # weights of a Gaussian and the biased covariance are the definition; scikit-image's defaults are neither
    similarity = structural_similarity(
        one,
        other,
        data_range=PEAK,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=2,
    )
    return float(similarity)


def psnr_y(image: Pixels, clean: NDArray[np.uint8], shave: int) -> float:
    """Return the PSNR in dB of Y of two RGB pictures (H, W, 3), as `psnr` does."""
    return psnr(image, clean, shave, "y")


def ssim_y(image: Pixels, clean: NDArray[np.uint8], shave: int) -> float:
    """Return the SSIM of Y of two RGB pictures (H, W, 3), as `ssim` does."""
    return ssim(image, clean, shave, "y")


def _planes(
    image: Pixels, clean: NDArray[np.uint8], shave: int, measured: Measured
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is compared of both pictures, without the border, as float64 (H, W, channels)."""
    channels = (3,) if measured == "y" else (1, 3)
    if image.shape != clean.shape or image.ndim != 3 or image.shape[2] not in channels:
        wanted = " or ".join(str(count) for count in channels)
        raise ValueError(
            f"pictures to compare must both be (H, W, {wanted}), got {image.shape} and {clean.shape}"
        )
    if image.dtype not in (np.uint8, np.float32) or clean.dtype != np.uint8:
        raise TypeError(
            f"a picture must be uint8 or float32 and its original uint8, got {image.dtype} and {clean.dtype}"
        )
    height, width = image.shape[:2]
    if shave < 0 or min(height, width) <= 2 * shave:
        raise ValueError(f"shave {shave} leaves nothing of a {height}x{width} picture")
    window = slice(shave, height - shave), slice(shave, width - shave)
    return _channels(image, measured)[window], _channels(clean, measured)[window]


def _channels(picture: Pixels, measured: Measured) -> NDArray[np.float64]:
    return luma(picture)[..., None] if measured == "y" else picture.astype(np.float64)
