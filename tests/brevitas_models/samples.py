# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Networks with parameters that matter everywhere, and small pictures: what several tests need."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from brevitas_models.networks import BBCU, BBCUConfig, NetworkConfig, RestorationNetwork, build
from brevitas_models.units import BinaryBranch, BinaryConv, FrozenBatchNorm, RPReLU, WideConv

SMALLEST = BBCUConfig(channels=4, body_convs=1, trunk_bits=11)


def shake(module: nn.Module) -> None:
    """Give a unit's own parameters values that matter: shifts, slopes of both signs, uneven weights."""
    with torch.no_grad():
        if isinstance(module, FrozenBatchNorm):
            _shake_norm(module)
        if isinstance(module, BinaryConv):
            weight = module.conv.weight
            weight.mul_(torch.rand(len(weight), 1, 1, 1) * 3 + 0.5)
            if module.move is not None:
                module.move.normal_(0, 2)
        if isinstance(module, BinaryBranch | RPReLU):
            module.shift_in.normal_(0, 1)
            module.shift_out.normal_(0, 0.5)
            module.prelu.weight.uniform_(-0.5, 0.9)
        if isinstance(module, WideConv) and module.shift is not None:
            module.shift.add_(torch.randn_like(module.shift) * 2)


def shake_all(network: nn.Module) -> None:
    """Shake a module and everything in it."""
    for module in network.modules():
        shake(module)


def _shake_norm(norm: FrozenBatchNorm) -> None:
    norm.running_mean.normal_(0, 3)
    norm.running_var.uniform_(5, 300)
    norm.weight.normal_(0, 4)
    norm.bias.normal_(0, 2)


def random_network(config: NetworkConfig, seed: int = 0) -> RestorationNetwork:
    """Return an untrained network in evaluation mode in which no parameter is trivially zero."""
    torch.manual_seed(seed)
    network = build(config)
    with torch.no_grad():
        if isinstance(network, BBCU) and network.head_bias is not None:
            network.head.weight.mul_(10)
            network.head_bias.normal_(0, 2)
        if isinstance(network, BBCU) and network.tail_bias is not None:
            network.tail_bias.normal_(0, 2)
    shake_all(network)
    return network.eval()


def picture(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return uint8 RGB noise (height, width, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def as_pixels(image: NDArray[np.uint8]) -> torch.Tensor:
    """Return uint8 (H, W, 3) as the float32 (1, 3, H, W) a network takes."""
    return torch.from_numpy(image.transpose(2, 0, 1)[None].astype(np.float32))
