# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a training run needs: a recipe, how a network is optimized, and a configuration, on what and where."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from bbcu_fpga.errors import TaskError, TrainingError
from brevitas_models.data import OnCorrupt
from brevitas_models.degradations import Unspoiled
from brevitas_models.networks import FFDNetConfig, NetworkConfig
from brevitas_models.tasks import Task, denoising, find_task, super_resolution
from brevitas_models.training.losses import LOSSES
from brevitas_models.training.zero_reference import ZeroReference

SCHEDULES = ("cosine", "steps")
GAM_STAGES = (1, 2, 3, 4)
E2FIF_STAGES = (1, 2)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is optimized.

    Attributes:
        task: name of what it is trained for, or None for the first task that fits the network.
        steps: optimizer steps of the whole schedule, all stages together.
        batch: patches per step, of all processes together.
        patch: side of the degraded patch in pixels.
        learning_rate: of Adam, at the start of each stage.
        betas: Adam's.
        schedule: "cosine" lets the learning rate fall to zero along half a cosine, "steps" multiplies it by
            `decay` at each milestone.
        milestones: parts of a stage, 0 to 1, at which the learning rate falls.
        decay: factor of the learning rate at a milestone.
        loss: a name in `LOSSES`, on pixels / 255.
        average: the result is the mean of the weights at this many last epoch ends (stochastic weight
            averaging, Izmailov et al. 2018), which calms the flipping of signs.
        stages: GAM's or E2FIF's stages in their order; each takes an equal share of the schedule, starts
            from the weights of the one before, and has its own optimizer state. Without any, training is in
            one piece.
        stage_factors: factor of the learning rate in stage 1, stage 2, ...; None for 1 in all.
    """

    task: str | None = None
    steps: int = 10_000
    batch: int = 16
    patch: int = 32
    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.99)
    schedule: str = "cosine"
    milestones: tuple[float, ...] = ()
    decay: float = 0.5
    loss: str = "l1"
    average: int = 1
    stages: tuple[int, ...] = ()
    stage_factors: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        for name, choices in (("loss", tuple(LOSSES)), ("schedule", SCHEDULES)):
            value = getattr(self, name)
            if value not in choices:
                raise TrainingError(f"{name} {value!r} is unknown; choose from {', '.join(choices)}")
        for name in ("steps", "batch", "patch", "average"):
            if getattr(self, name) < 1:
                raise TrainingError(f"{name} {getattr(self, name)} must be at least 1")
        if any(not 0 < part < 1 for part in self.milestones):
            raise TrainingError(f"milestones {self.milestones} must lie between 0 and 1")
        self._check_stages()

    def _check_stages(self) -> None:
        count = len(self.stages)
        if count and self.stages not in (GAM_STAGES[-count:], E2FIF_STAGES[-count:]):
            raise TrainingError(
                f"stages {self.stages} must be the last ones of {GAM_STAGES} (GAM) or {E2FIF_STAGES} (E2FIF)"
            )
        if self.stage_factors is not None and len(self.stage_factors) < max(self.stages, default=1):
            raise TrainingError(
                f"stage_factors {self.stage_factors} must have a factor for each of stages 1 to "
                f"{max(self.stages, default=1)}"
            )


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Recipe):
    """A training run; the settings of its recipe are fields, too.

    Attributes:
        network: architecture to train.
        output: folder of the run: logs, curves.png, last.ckpt (to resume) and network.pt (the result).
        data: folders of training pictures, or lists of files; none means scikit-image's sample photographs.
        validation: folder of test pictures scored after each epoch, or None.
        test: folders that will be measured with later; no picture of them may be trained on.
        init_from: checkpoint whose weights the training starts from, see `initialize`; or None.
        seconds: if given, the schedule follows this many seconds of training time instead of `steps`.
        epoch_steps: steps between two checkpoints.
        blind: train over a range of levels of noise or JPEG, as DnCNN does, or at the task's own level.
        seed: seed of initialization and data.
        accelerated: compile the network and run binary convolutions in bfloat16, still exact to 256.
        threads: CPU threads, or None for PyTorch's choice.
        workers: processes that make patches beside each training process.
        resume: continue from last.ckpt in `output` if it is there.
        on_corrupt: "refuse" stops at a picture that cannot be used, "skip" goes on with a warning.
        accelerator, devices, num_nodes, strategy, precision: as for lightning.Trainer.
    """

    network: NetworkConfig
    output: Path
    data: tuple[Path, ...] = ()
    validation: Path | None = None
    test: tuple[Path, ...] = ()
    init_from: Path | str | None = None
    seconds: float | None = None
    epoch_steps: int = 500
    blind: bool = True
    seed: int = 0
    accelerated: bool = False
    threads: int | None = None
    workers: int = 0
    resume: bool = False
    on_corrupt: OnCorrupt = "refuse"
    accelerator: str = "auto"
    devices: str = "1"
    num_nodes: int = 1
    strategy: str = "auto"
    precision: str = "32-true"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.epoch_steps < 1 or (self.seconds is not None and self.seconds <= 0):
            raise TrainingError("epoch_steps must be at least 1, and seconds above 0")
        if any(word in self.strategy for word in ("spawn", "fork", "notebook")):
            raise TrainingError(f"strategy {self.strategy!r} does not return the result; use 'ddp'")

    @property
    def recipe(self) -> Recipe:
        """The part of the settings that is the recipe."""
        return Recipe(**{field.name: getattr(self, field.name) for field in fields(Recipe)})

    def fitted(self) -> tuple[NetworkConfig, Task]:
        """Return the network's configuration and the task, made for each other.

        A network that is told the noise (FFDNet) gets the task's sigma and is trained at that level alone.
        With a loss that needs no reference, a picture that is alone is the degraded one.

        Raises:
            TaskError: the task is unknown, or its pictures do not fit the network.
        """
        network = self.network
        task = default_task(network) if self.task is None else find_task(self.task)
        if (task.scale, task.channels) != (network.scale, network.colours):
            raise TaskError(
                f"{task.name} has {task.channels} channels and scale {task.scale}, the network "
                f"{network.colours} and {network.scale}; choose another task or network"
            )
        if isinstance(network, FFDNetConfig):
            if task.sigma is None:
                raise TaskError(f"FFDNet is told the noise, and {task.name} has none; use denoising_25 or so")
            return replace(network, sigma=task.sigma), replace(task, training=task.degradation)
        if issubclass(LOSSES[self.loss], ZeroReference):
            return network, replace(task, training=Unspoiled())
        return network, task if self.blind else replace(task, training=task.degradation)


def default_task(network: NetworkConfig) -> Task:
    """Return the first task of a network: with its scale and colours, and noise of sigma 25 or its own."""
    if network.TASK == "super-resolution":
        return super_resolution(network.scale, network.colours)
    if network.TASK == "denoising":
        return denoising(network.sigma if isinstance(network, FFDNetConfig) else 25, network.colours)
    return find_task({"deraining": "deraining", "low-light": "low_light"}[network.TASK])


def configure(recipe: Recipe, network: NetworkConfig, output: Path, **settings: Any) -> TrainConfig:
    """Return a run by a recipe; every setting can be given another value.

    Raises:
        TrainingError: a setting is out of range.
    """
    return TrainConfig(**{**asdict(recipe), "network": network, "output": output, **settings})
