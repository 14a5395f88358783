# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `train`."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any

import typer

from bbcu_fpga import train_options as options
from bbcu_fpga.console import say
from bbcu_fpga.evaluate_verb import OnCorrupt


def train(
    network: options.Network,
    output: options.Output,
    task: options.Task = None,
    recipe: options.Recipe = "default",
    init_from: options.InitFrom = None,
    resume: options.Resume = False,
    seed: options.Seed = 0,
    data: options.Data = None,
    validation: options.Validation = None,
    test: options.Test = None,
    blind: options.Blind = True,
    on_corrupt: options.OnCorruptPicture = OnCorrupt.refuse,
    steps: options.Steps = None,
    seconds: options.Seconds = None,
    batch: options.Batch = None,
    patch: options.Patch = None,
    learning_rate: options.LearningRate = None,
    betas: options.Betas = None,
    schedule: options.ScheduleName = None,
    milestones: options.Milestones = None,
    decay: options.Decay = None,
    loss: options.LossName = None,
    average: options.Average = None,
    stages: options.Stages = None,
    stage_factors: options.StageFactors = None,
    epoch_steps: options.EpochSteps = 500,
    accelerated: options.Accelerated = False,
    threads: options.Threads = None,
    workers: options.Workers = 0,
    accelerator: options.Accelerator = "auto",
    devices: options.Devices = "1",
    num_nodes: options.NumNodes = 1,
    strategy: options.Strategy = "auto",
    precision: options.Precision = "32-true",
    list_recipes: options.ListRecipes = False,
    list_networks: options.ListNetworks = False,
    debug: options.Debug = False,
) -> None:
    """Train a network with Brevitas, by a paper's recipe or your own settings.

    Example: [bold]bbcu-fpga train tiny runs/tiny --steps 200[/] (minutes on a CPU)

    As in the paper: [bold]bbcu-fpga train bbcu_m_x2 runs/m --recipe bbcu_sr --data DIV2K --validation Set5[/]
    """
    given = dict(locals())
    from brevitas_models.networks import PRESETS
    from brevitas_models.training import configure, find_recipe
    from brevitas_models.training import train as run

    if network not in PRESETS:
        raise typer.BadParameter(f"network {network!r} is unknown; see --list-networks")
    if not debug:  # Lightning's handler is its own
        logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    settings = _settings(given, leave_out={"recipe", "list_recipes", "list_networks", "debug"})
    say(str(run(configure(find_recipe(recipe), **{**settings, "network": PRESETS[network]}))))


def _settings(given: dict[str, Any], leave_out: set[str]) -> dict[str, Any]:
    """Return the options that were given, in the form that the configuration has them."""
    absent: tuple[Any, ...] = (None, [])
    return {
        name: _plain(value) for name, value in given.items() if name not in leave_out and value not in absent
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return tuple(value) if isinstance(value, list) else value
