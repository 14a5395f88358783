# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One picture through a network."""

import inspect
import itertools

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from brevitas_models.colour import Pixels


def restore(network: nn.Module, image: Pixels, sigma: float | None = None) -> NDArray[np.uint8]:
    """Restore one picture by the evaluation mode of a network, on the device that the network is on.

    Args:
        network: float32 (1, C, H, W) in values 0..255 -> float32 (1, C, scale H, scale W).
        image: uint8 or float32 (H, W, C), C = 1 or 3.
        sigma: the noise in the picture (of 255), for a network whose forward has an argument of this name
            (FFDNet); blind networks are not told.

    Returns:
        uint8 (scale H, scale W, C), rounded and clipped.

    Raises:
        TypeError: image is neither uint8 nor float32.
        ValueError: image is not (H, W, 1) or (H, W, 3).
    """
    if image.dtype not in (np.uint8, np.float32):
        raise TypeError(f"an image to restore must be uint8 or float32, got {image.dtype}")
    if image.ndim != 3 or image.shape[2] not in (1, 3):
        raise ValueError(f"an image to restore must be (H, W, 1) or (H, W, 3), got {image.shape}")
    was_training = network.training
    network.eval()
    tensors = itertools.chain(network.parameters(), network.buffers())
    device = next((tensor.device for tensor in tensors), torch.device("cpu"))
    pixels = torch.from_numpy(image.transpose(2, 0, 1)[None].astype(np.float32)).to(device)
    told = sigma is not None and "sigma" in inspect.signature(network.forward).parameters
    level = {"sigma": torch.full((1,), sigma, device=device)} if told else {}
    try:
        with torch.no_grad():
            restored = network(pixels, **level)[0]
    finally:
        network.train(was_training)
    values = restored.cpu().numpy().transpose(1, 2, 0)
    picture: NDArray[np.uint8] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return picture
