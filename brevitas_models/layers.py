# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The convolutions of a network in the order of the data: their names, sizes and kinds."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from brevitas_models.networks import RestorationNetwork
from brevitas_models.units import BinaryConv

CONTAINERS = {"conv", "branch"}  # parts of a module path that tell a layer nothing


@dataclass(frozen=True)
class Layer:
    """One use of a convolution.

    Attributes:
        name: stable and unique in the network; recurrent uses are numbered.
        module: the convolution.
        binary: whether its activations and weights are.
        size: height and width of its output.
    """

    name: str
    module: nn.Conv2d
    binary: bool
    size: tuple[int, int]


def trace(network: RestorationNetwork, height: int, width: int) -> list[Layer]:
    """Run a frame of zeros through a network in evaluation mode and return its convolutions as used."""
    paths = {module: path for path, module in network.named_modules() if isinstance(module, nn.Conv2d)}
    binary = {module.conv for module in network.modules() if isinstance(module, BinaryConv)}
    used: list[tuple[nn.Conv2d, tuple[int, int]]] = []

    def note(module: nn.Conv2d, inputs: Any, output: Any) -> None:
        used.append((module, tuple(output.shape[2:])))

    hooks = [module.register_forward_hook(note) for module in paths]
    was_training = network.training
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, network.config.colours, height, width))
    finally:
        network.train(was_training)
        for hook in hooks:
            hook.remove()
    names = _numbered([_name(paths[module]) for module, _ in used])
    return [
        Layer(name, module, module in binary, size) for name, (module, size) in zip(names, used, strict=True)
    ]


def _name(path: str) -> str:
    return "_".join(part for part in path.split(".") if part not in CONTAINERS)


def _numbered(names: list[str]) -> list[str]:
    total, seen = Counter(names), Counter[str]()
    numbered = []
    for name in names:
        numbered.append(name if total[name] == 1 else f"{name}_{seen[name]}")
        seen[name] += 1
    return numbered


def binary_weights(network: nn.Module) -> list[Tensor]:
    """Return the latent weights of the binary convolutions of a network."""
    return [module.conv.weight for module in network.modules() if isinstance(module, BinaryConv)]
