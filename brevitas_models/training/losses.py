# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What training minimizes, a scalar of restored and clean pictures in 0..1.

Only `ZeroReference` takes something else: the degraded picture and the curves in place of the clean one.
"""

import torch
from torch import Tensor, nn

from bbcu_fpga.errors import TrainingError
from brevitas_models.colour import LUMA
from brevitas_models.training.zero_reference import ZeroReference


class LumaL1(nn.Module):
    """L1 of the luma (BT.601), by which super-resolution is measured, plus a fifth of the L1 of the colours.

    float32 (N, 3, H, W) RGB in 0..1 twice -> scalar. A small network spends its capacity where the eye looks.

    Raises:
        TrainingError: the pictures are not RGB.
    """

    weights: Tensor

    def __init__(self) -> None:
        super().__init__()
        weights = torch.tensor(LUMA, dtype=torch.float32).reshape(1, 3, 1, 1)
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, restored: Tensor, original: Tensor) -> Tensor:
        difference = restored - original
        if difference.shape[1] != 3:
            raise TrainingError("loss 'luma' needs RGB; a network of one channel is trained with l1 or l2")
        return (difference * self.weights).sum(dim=1).abs().mean() + 0.2 * difference.abs().mean()


LOSSES: dict[str, type[nn.Module]] = {
    "l1": nn.L1Loss,
    "l2": nn.MSELoss,
    "luma": LumaL1,
    "zero_reference": ZeroReference,
}
