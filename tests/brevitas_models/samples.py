# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Networks with parameters that matter everywhere, and small pictures: what several tests need."""

import numpy as np
import torch
from numpy.typing import NDArray

from brevitas_models.networks import BBCU, BBCUConfig
from brevitas_models.units import BinaryBranch

SMALLEST = BBCUConfig(channels=4, body_convs=1, trunk_bits=11)


def shake(branch: BinaryBranch) -> None:
    """Give a branch shifts, slopes of both signs and latent weights of several sizes."""
    with torch.no_grad():
        branch.move.normal_(0, 2)
        branch.shift_in.normal_(0, 1)
        branch.shift_out.normal_(0, 0.5)
        branch.prelu.weight.uniform_(-0.5, 0.9)
        branch.conv.weight.mul_(torch.rand(branch.conv.out_channels, 1, 1, 1) * 3 + 0.5)


def random_network(config: BBCUConfig, seed: int = 0) -> BBCU:
    """Return an untrained network in evaluation mode in which no parameter is trivially zero."""
    torch.manual_seed(seed)
    network = BBCU(config)
    with torch.no_grad():
        network.head.weight.mul_(10)
        network.head_bias.normal_(0, 2)
        network.tail_bias.normal_(0, 2)
        for module in network.modules():
            if isinstance(module, BinaryBranch):
                shake(module)
    return network.eval()


def picture(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return uint8 RGB noise (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def as_pixels(image: NDArray[np.uint8]) -> torch.Tensor:
    """Return uint8 (H, W, 3) as the float32 (1, 3, H, W) a network takes."""
    return torch.from_numpy(image.transpose(2, 0, 1)[None].astype(np.float32))
