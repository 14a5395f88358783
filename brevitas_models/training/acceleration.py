# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A faster forward pass for training."""

from collections.abc import Callable

import torch
from torch import Tensor

from brevitas_models.networks import RestorationNetwork
from brevitas_models.units import BinaryConv


def accelerate(network: RestorationNetwork) -> Callable[[Tensor], Tensor]:
    """Return a compiled forward pass of the network for training; its eager evaluation keeps every bit.

    The quantizers of this network object then return plain tensors, because the compiler cannot trace
    Brevitas' quantized ones. To export, save the network and load it again.
    """
    network.to(memory_format=torch.channels_last)
    for module in network.modules():
        if hasattr(module, "skip_create_quant_tensor"):
            module.skip_create_quant_tensor = True
        if isinstance(module, BinaryConv):
            module.reduced_precision = True
    compiled: Callable[[Tensor], Tensor] = torch.compile(network.forward)
    return compiled
