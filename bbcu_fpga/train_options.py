# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The options of the verb `train`: each is the setting of the same name in `TrainConfig`."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from bbcu_fpga.console import show_table
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


Network = Annotated[
    str, typer.Argument(metavar="NETWORK", help="Architecture to train; --list-networks has them all.")
]
Output = Annotated[
    Path, typer.Argument(metavar="OUTPUT", help="Folder of the run: network.pt, logs, curves.png.")
]
Task = Annotated[
    str | None,
    typer.Option(help="What to undo, such as denoising_25; default: the network's first task."),
]
Recipe = Annotated[str, typer.Option(help="Whose settings to take; --list-recipes has them all.")]
InitFrom = Annotated[
    str | None,
    typer.Option(help="Checkpoint to start from: the same network, or its full-precision twin."),
]
Resume = Annotated[bool, typer.Option(help="Continue from the last checkpoint in the folder.")]
Seed = Annotated[int, typer.Option(help="Seed of initialization and data.")]
Data = Annotated[
    list[Path] | None,
    typer.Option(
        help="Folder of training pictures (repeatable); default: scikit-image's photographs.",
        rich_help_panel=PICTURES,
    ),
]
Validation = Annotated[
    Path | None,
    typer.Option(help="Folder of pictures to score after each epoch.", rich_help_panel=PICTURES),
]
Test = Annotated[
    list[Path] | None,
    typer.Option(
        help="Folder you will measure with (repeatable): none of its pictures may be trained on.",
        rich_help_panel=PICTURES,
    ),
]
Blind = Annotated[
    bool,
    typer.Option(
        help="Train over all levels of noise or JPEG, or at the task's own.", rich_help_panel=PICTURES
    ),
]
OnCorruptPicture = Annotated[
    OnCorrupt,
    typer.Option(
        help="Stop at a picture that cannot be used, or skip it with a warning.", rich_help_panel=PICTURES
    ),
]
Steps = Annotated[
    int | None,
    typer.Option(min=1, help="Optimizer steps of the whole schedule.", rich_help_panel=RECIPE),
]
Seconds = Annotated[
    float | None,
    typer.Option(min=0, help="Follow the schedule for this long instead of `steps`.", rich_help_panel=RECIPE),
]
Batch = Annotated[int | None, typer.Option(min=1, help="Patches per step.", rich_help_panel=RECIPE)]
Patch = Annotated[
    int | None,
    typer.Option(min=3, help="Side of a degraded patch in pixels.", rich_help_panel=RECIPE),
]
LearningRate = Annotated[
    float | None, typer.Option(help="Learning rate of Adam at the start.", rich_help_panel=RECIPE)
]
Betas = Annotated[tuple[float, float] | None, typer.Option(help="Adam's betas.", rich_help_panel=RECIPE)]
ScheduleName = Annotated[
    Schedule | None, typer.Option(help="How the learning rate falls.", rich_help_panel=RECIPE)
]
Milestones = Annotated[
    list[float] | None,
    typer.Option(
        help="Part of the schedule, 0..1, at which `steps` falls (repeatable).", rich_help_panel=RECIPE
    ),
]
Decay = Annotated[
    float | None, typer.Option(help="Factor of the learning rate at each.", rich_help_panel=RECIPE)
]
LossName = Annotated[
    Loss | None,
    typer.Option(
        help="l1 is the papers'; luma weighs what is measured; zero_reference needs no clean pictures.",
        rich_help_panel=RECIPE,
    ),
]
Average = Annotated[
    int | None,
    typer.Option(min=1, help="Average the weights of so many last epochs.", rich_help_panel=RECIPE),
]
Stages = Annotated[
    list[int] | None, typer.Option(help="GAM's or E2FIF's stages (repeatable).", rich_help_panel=RECIPE)
]
StageFactors = Annotated[
    list[float] | None,
    typer.Option(help="Factor of the learning rate in stage 1, 2, ... (repeatable).", rich_help_panel=RECIPE),
]
EpochSteps = Annotated[
    int, typer.Option(min=1, help="Steps between two checkpoints.", rich_help_panel=RECIPE)
]
Accelerated = Annotated[
    bool,
    typer.Option(help="Compile the network; binary convolutions in bfloat16.", rich_help_panel=MACHINE),
]
Threads = Annotated[
    int | None, typer.Option(min=1, help="CPU threads; default: PyTorch's.", rich_help_panel=MACHINE)
]
Workers = Annotated[int, typer.Option(min=0, help="Processes that make patches.", rich_help_panel=MACHINE)]
Accelerator = Annotated[str, typer.Option(help="Lightning's: auto, cpu, gpu, ...", rich_help_panel=MACHINE)]
Devices = Annotated[
    str, typer.Option(help="Lightning's: a number of devices per machine.", rich_help_panel=MACHINE)
]
NumNodes = Annotated[int, typer.Option(min=1, help="Machines.", rich_help_panel=MACHINE)]
Strategy = Annotated[str, typer.Option(help="Lightning's: auto, ddp, ...", rich_help_panel=MACHINE)]
Precision = Annotated[
    str, typer.Option(help="Lightning's: 32-true, bf16-mixed, ...", rich_help_panel=MACHINE)
]
ListRecipes = Annotated[
    bool,
    typer.Option("--list-recipes", callback=_list_recipes, is_eager=True, help="Show the recipes."),
]
ListNetworks = Annotated[
    bool,
    typer.Option("--list-networks", callback=_list_networks, is_eager=True, help="Show the networks."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")]
