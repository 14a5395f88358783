# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""PSNR and SSIM of the luma channel as super-resolution papers report them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

LUMA = np.array([65.481, 128.553, 24.966]) / 255  # BT.601 studio range, as MATLAB's rgb2ycbcr
PEAK = 255.0
WINDOW = 11  # side of SSIM's Gaussian window


def luma(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return Y of uint8 RGB (H, W, 3) as unrounded float64 (H, W), 16..235."""
    return image.astype(np.float64) @ LUMA + 16.0


def _shaved(first: NDArray[np.uint8], second: NDArray[np.uint8], shave: int) -> tuple[Tensor, Tensor]:
    """Return both lumas without `shave` border pixels as float64 (1, 1, H, W)."""
    if first.shape != second.shape or first.ndim != 3 or first.shape[2] != 3:
        raise ValueError(f"images to compare must both be (H, W, 3), got {first.shape} and {second.shape}")
    if first.dtype != np.uint8 or second.dtype != np.uint8:
        raise TypeError(f"images to compare must be uint8, got {first.dtype} and {second.dtype}")
    height, width = first.shape[:2]
    if shave < 0 or min(height, width) <= 2 * shave:
        raise ValueError(f"shave {shave} leaves nothing of a {height}x{width} image")
    window = slice(shave, height - shave), slice(shave, width - shave)
    return tuple(torch.from_numpy(luma(image)[window].copy())[None, None] for image in (first, second))


def psnr_y(first: NDArray[np.uint8], second: NDArray[np.uint8], shave: int) -> float:
    """Return the PSNR in dB of Y, peak 255, without `shave` border pixels; infinite for equal images.

    Args:
        first, second: uint8 RGB (H, W, 3).
        shave: border pixels left out on each side; the upscaling factor by convention.

    Raises:
        TypeError: an image is not uint8.
        ValueError: the shapes differ, or the border leaves nothing.
    """
    one, other = _shaved(first, second, shave)
    return float(peak_signal_noise_ratio(one, other, data_range=PEAK))


def ssim_y(first: NDArray[np.uint8], second: NDArray[np.uint8], shave: int) -> float:
    """Return the SSIM of Y as Wang et al. define it: 11x11 Gaussian windows of sigma 1.5 inside the image.

    Arguments as for `psnr_y`.

    Raises:
        TypeError: an image is not uint8.
        ValueError: the shapes differ, or no window fits inside the border.
    """
    one, other = _shaved(first, second, shave)
    if min(one.shape[2:]) < WINDOW:
        raise ValueError(f"SSIM needs {WINDOW}x{WINDOW} pixels inside the border, got {tuple(one.shape[2:])}")
    _, similarity = structural_similarity_index_measure(
        one, other, sigma=1.5, kernel_size=WINDOW, data_range=PEAK, return_full_image=True
    )
    margin = WINDOW // 2  # torchmetrics also has windows that hang over the edge; the definition has not
    return float(similarity[..., margin:-margin, margin:-margin].mean())
