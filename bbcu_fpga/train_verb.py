# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `train`: each option is the setting of the same name in `brevitas_models.training.TrainConfig`."""

from __future__ import annotations

import logging
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from bbcu_fpga.console import say, show_table
from bbcu_fpga.evaluate_verb import OnCorrupt

RECIPE = "The recipe: what is not given comes from --recipe"
PICTURES = "Pictures"
MACHINE = "Machine"


class Loss(str, Enum):
    """What training minimizes."""

    l1 = "l1"
    l2 = "l2"
    luma = "luma"
    zero_reference = "zero_reference"


class Schedule(str, Enum):
    """How the learning rate falls."""

    cosine = "cosine"
    steps = "steps"


def _list_recipes(wanted: bool) -> None:
    if not wanted:
        return
    from brevitas_models.training import RECIPES, SOURCES

    columns = ("steps", "batch", "patch", "learning_rate", "schedule", "loss", "stages")
    rows = [
        (name, *(str(getattr(recipe, column) or "") for column in columns), SOURCES[name])
        for name, recipe in RECIPES.items()
    ]
    show_table(("recipe", *columns, "source"), rows)
    raise typer.Exit


def _list_networks(wanted: bool) -> None:
    if not wanted:
        return
    from brevitas_models.networks import PRESETS
    from brevitas_models.training import default_task

    rows = [
        (name, str(config.channels), config.unit, default_task(config).name)
        for name, config in PRESETS.items()
    ]
    show_table(("network", "channels", "unit", "task unless --task is given"), rows)
    raise typer.Exit


def train(
    network: Annotated[
        str, typer.Argument(metavar="NETWORK", help="Architecture to train; --list-networks has them all.")
    ],
    output: Annotated[
        Path, typer.Argument(metavar="OUTPUT", help="Folder of the run: network.pt, logs, curves.png.")
    ],
    task: Annotated[
        str | None,
        typer.Option(help="What to undo, such as denoising_25; default: the network's first task."),
    ] = None,
    recipe: Annotated[
        str, typer.Option(help="Whose settings to take; --list-recipes has them all.")
    ] = "default",
    init_from: Annotated[
        str | None,
        typer.Option(help="Checkpoint to start from: the same network, or its full-precision twin."),
    ] = None,
    resume: Annotated[bool, typer.Option(help="Continue from the last checkpoint in the folder.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of initialization and data.")] = 0,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of training pictures (repeatable); default: scikit-image's photographs.",
            rich_help_panel=PICTURES,
        ),
    ] = None,
    validation: Annotated[
        Path | None,
        typer.Option(help="Folder of pictures to score after each epoch.", rich_help_panel=PICTURES),
    ] = None,
    test: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder you will measure with (repeatable): none of its pictures may be trained on.",
            rich_help_panel=PICTURES,
        ),
    ] = None,
    blind: Annotated[
        bool,
        typer.Option(
            help="Train over all levels of noise or JPEG, or at the task's own.", rich_help_panel=PICTURES
        ),
    ] = True,
    on_corrupt: Annotated[
        OnCorrupt,
        typer.Option(
            help="Stop at a picture that cannot be used, or skip it with a warning.", rich_help_panel=PICTURES
        ),
    ] = OnCorrupt.refuse,
    steps: Annotated[
        int | None,
        typer.Option(min=1, help="Optimizer steps of the whole schedule.", rich_help_panel=RECIPE),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0, help="Follow the schedule for this long instead of `steps`.", rich_help_panel=RECIPE
        ),
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Patches per step.", rich_help_panel=RECIPE)
    ] = None,
    patch: Annotated[
        int | None,
        typer.Option(min=3, help="Side of a degraded patch in pixels.", rich_help_panel=RECIPE),
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(help="Learning rate of Adam at the start.", rich_help_panel=RECIPE)
    ] = None,
    betas: Annotated[
        tuple[float, float] | None, typer.Option(help="Adam's betas.", rich_help_panel=RECIPE)
    ] = None,
    schedule: Annotated[
        Schedule | None, typer.Option(help="How the learning rate falls.", rich_help_panel=RECIPE)
    ] = None,
    milestones: Annotated[
        list[float] | None,
        typer.Option(
            help="Part of the schedule, 0..1, at which `steps` falls (repeatable).", rich_help_panel=RECIPE
        ),
    ] = None,
    decay: Annotated[
        float | None, typer.Option(help="Factor of the learning rate at each.", rich_help_panel=RECIPE)
    ] = None,
    loss: Annotated[
        Loss | None,
        typer.Option(
            help="l1 is the papers'; luma weighs what is measured; zero_reference needs no clean pictures.",
            rich_help_panel=RECIPE,
        ),
    ] = None,
    average: Annotated[
        int | None,
        typer.Option(min=1, help="Average the weights of so many last epochs.", rich_help_panel=RECIPE),
    ] = None,
    stages: Annotated[
        list[int] | None, typer.Option(help="GAM's or E2FIF's stages (repeatable).", rich_help_panel=RECIPE)
    ] = None,
    stage_factors: Annotated[
        list[float] | None,
        typer.Option(
            help="Factor of the learning rate in stage 1, 2, ... (repeatable).", rich_help_panel=RECIPE
        ),
    ] = None,
    epoch_steps: Annotated[
        int, typer.Option(min=1, help="Steps between two checkpoints.", rich_help_panel=RECIPE)
    ] = 500,
    accelerated: Annotated[
        bool,
        typer.Option(help="Compile the network; binary convolutions in bfloat16.", rich_help_panel=MACHINE),
    ] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; default: PyTorch's.", rich_help_panel=MACHINE)
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes that make patches.", rich_help_panel=MACHINE)
    ] = 0,
    accelerator: Annotated[
        str, typer.Option(help="Lightning's: auto, cpu, gpu, ...", rich_help_panel=MACHINE)
    ] = "auto",
    devices: Annotated[
        str, typer.Option(help="Lightning's: a number of devices per machine.", rich_help_panel=MACHINE)
    ] = "1",
    num_nodes: Annotated[int, typer.Option(min=1, help="Machines.", rich_help_panel=MACHINE)] = 1,
    strategy: Annotated[
        str, typer.Option(help="Lightning's: auto, ddp, ...", rich_help_panel=MACHINE)
    ] = "auto",
    precision: Annotated[
        str, typer.Option(help="Lightning's: 32-true, bf16-mixed, ...", rich_help_panel=MACHINE)
    ] = "32-true",
    list_recipes: Annotated[
        bool,
        typer.Option("--list-recipes", callback=_list_recipes, is_eager=True, help="Show the recipes."),
    ] = False,
    list_networks: Annotated[
        bool,
        typer.Option("--list-networks", callback=_list_networks, is_eager=True, help="Show the networks."),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Train a network with Brevitas, by a paper's recipe or your own settings.

    Example: [bold]bbcu-fpga train tiny runs/tiny --steps 200[/] (a minute on a CPU)

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
