# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The Lightning module: one network of any kind, trained for one task."""

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

import lightning
import torch
from torch import Tensor, nn

from bbcu_fpga.errors import TrainingError
from brevitas_models.evaluate import Score, mean, score
from brevitas_models.networks import RestorationNetwork, ZeroDCE, config_to
from brevitas_models.quantizers import set_sharpness
from brevitas_models.tasks import Pair, Task
from brevitas_models.training.acceleration import accelerate
from brevitas_models.training.config import TrainConfig
from brevitas_models.training.losses import LOSSES
from brevitas_models.training.resumption import LAST, check_weights, keep_own
from brevitas_models.training.schedule import learning_rate, locate
from brevitas_models.training.zero_reference import ZeroReference
from brevitas_models.units import set_stage, staged_convs

logger = logging.getLogger(__name__)


class Restoration(lightning.LightningModule):
    """Optimizes a network; the schedule is a function of the progress, 0 to 1, in steps or in time.

    Args:
        config: the run.
        network: what is trained, on pixels 0..255.
        task: by which validation pictures are scored.
        validation: test pairs, scored after each epoch.

    Raises:
        TrainingError: the recipe has stages or a loss that the network has not.
    """

    def __init__(
        self, config: TrainConfig, network: RestorationNetwork, task: Task, validation: list[Pair]
    ) -> None:
        super().__init__()
        _check_stages(config, network)
        self.config, self.task, self.validation = config, task, validation
        self.network = network
        self.criterion = LOSSES[config.loss]()
        self.stage: int | None = None
        self.trained_seconds = 0.0
        self._resumed_at = 0.0
        self._epoch_ends: deque[dict[str, Tensor]] = deque(maxlen=config.average)
        forward = self._forward(network)
        self._restore = accelerate(network, forward) if config.accelerated else forward

    def _forward(self, network: RestorationNetwork) -> Callable[[Tensor], Any]:
        """Return what gives the loss its arguments: the restored pixels, or these and the curves."""
        if not isinstance(self.criterion, ZeroReference):
            forward: Callable[[Tensor], Any] = network.forward
            return forward
        if not isinstance(network, ZeroDCE):
            raise TrainingError(
                f"loss {self.config.loss!r} judges the curves of Zero-DCE, and this network has none; use l1"
            )
        return network.enhance

    def progress(self) -> float:
        """Return how much of the schedule is done."""
        if self.config.seconds is None:
            return min(1.0, int(self.global_step) / self.config.steps)
        return min(1.0, self.trained_seconds / self.config.seconds)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        config = self.config
        return torch.optim.Adam(self.parameters(), config.learning_rate, betas=config.betas, fused=True)

    def on_train_start(self) -> None:
        self._resumed_at = time.monotonic() - self.trained_seconds
        self.trainer.should_stop = self.progress() >= 1  # a finished run that is resumed

    def on_train_epoch_start(self) -> None:
        set_sharpness(self.network, self.progress())

    def on_train_batch_start(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        stage, _ = locate(self.progress(), self.config)
        if stage != self.stage:
            self._enter(stage)
        rate = learning_rate(self.progress(), self.config)
        for group in self.trainer.optimizers[0].param_groups:
            group["lr"] = rate

    def _enter(self, stage: int | None) -> None:
        """Begin a stage as a training of its own that starts from the weights of the one before."""
        self.stage = stage
        if stage is not None:
            set_stage(self.network, stage)
        self.trainer.optimizers[0].state.clear()
        self._epoch_ends.clear()

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        degraded, clean = batch
        loss = self._loss(degraded.contiguous(memory_format=torch.channels_last), clean)
        if not math.isfinite(value := loss.item()):
            raise self._diverged(f"the loss is {value}")
        self.log("loss", loss, prog_bar=True)
        self.log("learning_rate", self.trainer.optimizers[0].param_groups[0]["lr"])
        return loss

    def _loss(self, degraded: Tensor, clean: Tensor) -> Tensor:
        loss: Tensor
        if isinstance(self.criterion, ZeroReference):
            restored, curves = self._restore(degraded)
            loss = self.criterion(restored / 255, degraded / 255, curves)
        else:
            loss = self.criterion(self._restore(degraded) / 255, clean / 255)
        return loss

    def _diverged(self, what: str) -> TrainingError:
        last = self.config.output / LAST
        good = f"the last good checkpoint is {last}" if last.exists() else "there is no checkpoint yet"
        return TrainingError(f"step {self.global_step}: {what}; {good}; go on with a lower learning rate")

    def on_train_batch_end(self, outputs: Any, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        seconds = time.monotonic() - self._resumed_at
        if self.trainer.world_size > 1:  # all processes follow one clock
            seconds = self.trainer.strategy.broadcast(seconds)
        self.trained_seconds = seconds
        self.trainer.should_stop = self.progress() >= 1

    def on_train_epoch_end(self) -> None:
        """Keep the weights and score them; this is before the checkpoint is written, so it is a good one."""
        if not _finite(self.parameters()):
            raise self._diverged("a weight is no finite number")
        self._epoch_ends.append({name: value.clone() for name, value in self.network.state_dict().items()})
        values = {"seconds": self.trained_seconds}
        if self.validation and self.trainer.is_global_zero:
            values |= self._validation_values()
        for name, value in values.items():
            self.log(name, value, prog_bar=name == "psnr", rank_zero_only=True)
        if self.trainer.progress_bar_callback is None:
            logger.info("step %d: %s", self.global_step, _listed(values))

    def _validation_values(self) -> dict[str, float]:
        result = self.validate_now()
        assert result.psnr is not None and result.ssim is not None  # there is a network
        return {"psnr": result.psnr, "ssim": result.ssim}

    def validate_now(self) -> Score:
        """Return the mean score of the validation pictures with the present weights."""
        return mean([score(self.network, pair, self.task) for pair in self.validation])

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["architecture"] = config_to(self.network.config)
        checkpoint["trained_seconds"] = self.trained_seconds
        checkpoint["stage"] = self.stage
        checkpoint["epoch_ends"] = list(self._epoch_ends)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        keep_own(checkpoint)
        if checkpoint["architecture"] != config_to(self.network.config):
            raise TrainingError(
                f"{self.config.output / LAST}: is of another network, {checkpoint['architecture']}; resume "
                "with that one or choose another folder"
            )
        check_weights(self.config.output / LAST, self, [checkpoint["state_dict"]])
        check_weights(self.config.output / LAST, self.network, checkpoint["epoch_ends"])
        self.trained_seconds = checkpoint["trained_seconds"]
        self.stage = checkpoint["stage"]
        if self.stage is not None:
            set_stage(self.network, self.stage)
        self._epoch_ends.extend(checkpoint["epoch_ends"])

    def average_weights(self) -> None:
        """Give the network the mean of the weights at the last epoch ends, and the constants that follow."""
        self.network.load_state_dict(mean_state(self._epoch_ends))
        self.network.train()
        self.network.eval()


def mean_state(states: Collection[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of state dictionaries, entry by entry, in float32."""
    names = next(iter(states))
    return {name: torch.stack([state[name].double() for state in states]).mean(0).float() for name in names}


def _check_stages(config: TrainConfig, network: RestorationNetwork) -> None:
    """Refuse stages that do not end with the binary network, so that every result is one."""
    if not config.stages:
        return
    found = {conv.stages for conv in staged_convs(network)}
    if not found:
        raise TrainingError("stages are for networks of GAM's or E2FIF's unit; choose a recipe without them")
    for stages in found:
        if config.stages != stages[-len(config.stages) :]:
            raise TrainingError(f"stages {config.stages} must be the last ones of this network's, {stages}")


def _finite(parameters: Iterable[nn.Parameter]) -> bool:
    return all(bool(torch.isfinite(parameter).all()) for parameter in parameters)


def _listed(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())
