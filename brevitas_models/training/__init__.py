# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Training of every network for every task: the deployed, quantized network, with surrogate gradients.

A small CPU example, four photographs and a minute:

    train(TrainConfig(network=PRESETS["tiny"], output=Path("runs/tiny"), steps=200))

By a paper's recipe, any part of which can be given another value:

    train(configure(find_recipe("bbcu_sr"), PRESETS["bbcu_m_x2"], Path("runs/m"), data=(Path("DIV2K"),)))
"""

from brevitas_models.training.acceleration import accelerate
from brevitas_models.training.config import Recipe, TrainConfig, configure, default_task
from brevitas_models.training.curves import plot_curves, read_logs
from brevitas_models.training.initialization import initialize
from brevitas_models.training.losses import LOSSES, LumaL1
from brevitas_models.training.module import Restoration, mean_state
from brevitas_models.training.recipes import RECIPES, SOURCES, find_recipe
from brevitas_models.training.run import train
from brevitas_models.training.zero_reference import ZeroReference

__all__ = [
    "LOSSES",
    "RECIPES",
    "SOURCES",
    "LumaL1",
    "Recipe",
    "Restoration",
    "TrainConfig",
    "ZeroReference",
    "accelerate",
    "configure",
    "default_task",
    "find_recipe",
    "initialize",
    "mean_state",
    "plot_curves",
    "read_logs",
    "train",
]
