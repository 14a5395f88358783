# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Evaluation: restores images with a network and compares it with bicubic interpolation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from brevitas_models.data import Pair, load_pairs
from brevitas_models.metrics import psnr_y, ssim_y
from brevitas_models.networks import BBCU
from brevitas_models.resize import imresize


@dataclass(frozen=True)
class Score:
    """Quality of one image, or the mean of several: PSNR of Y in dB and SSIM of Y, network and bicubic."""

    name: str
    psnr: float
    ssim: float
    bicubic_psnr: float
    bicubic_ssim: float


def restore(network: BBCU, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Upscale one image: uint8 RGB (H, W, 3) -> uint8 RGB (2H, 2W, 3), by the evaluation mode of the network.

    Raises:
        TypeError: image is not uint8.
        ValueError: image is not (H, W, 3).
    """
    if image.dtype != np.uint8:
        raise TypeError(f"an image to restore must be uint8, got {image.dtype}")
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"an image to restore must be (H, W, 3), got {image.shape}")
    was_training = network.training
    network.eval()
    pixels = torch.from_numpy(image.transpose(2, 0, 1)[None].astype(np.float32))
    with torch.no_grad():
        restored = network(pixels)[0]
    network.train(was_training)
    return restored.numpy().transpose(1, 2, 0).astype(np.uint8)


def score(network: BBCU, pair: Pair) -> Score:
    """Compare the restored image of a pair with its original, without a border of `scale` pixels."""
    shave = network.config.scale
    restored, bicubic = restore(network, pair.low), imresize(pair.low, network.config.scale)
    return Score(
        pair.name,
        psnr_y(restored, pair.high, shave),
        ssim_y(restored, pair.high, shave),
        psnr_y(bicubic, pair.high, shave),
        ssim_y(bicubic, pair.high, shave),
    )


def mean(scores: Sequence[Score]) -> Score:
    """Return the mean of the scores, named `mean`."""
    columns = ("psnr", "ssim", "bicubic_psnr", "bicubic_ssim")
    return Score("mean", *(float(np.mean([getattr(one, column) for one in scores])) for column in columns))


def evaluate(network: BBCU, folder: Path) -> list[Score]:
    """Score a network on every image of a folder of originals; the last entry is the mean.

    Raises:
        DataError: the folder holds no image.
        ImageError: an image is unreadable or not 8-bit RGB.
    """
    scores = [score(network, pair) for pair in load_pairs([folder], network.config.scale)]
    return [*scores, mean(scores)]
