# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Training of a BBCU network: the deployed, quantized network itself, with surrogate gradients.

A small CPU example, four photographs and a minute:

    train(TrainConfig(network=PRESETS["tiny"], output=Path("runs/tiny"), steps=200))
"""

import math
import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch import Tensor, nn

from brevitas_models import checkpoint
from brevitas_models.colour import LUMA
from brevitas_models.data import SAMPLE_NAMES, PatchData, PatchDataset, load_pairs, training_sources
from brevitas_models.evaluate import mean, score
from brevitas_models.networks import NetworkConfig, RestorationNetwork, build
from brevitas_models.tasks import Pair, Task, super_resolution
from brevitas_models.units import BinaryConv


class LumaL1(nn.Module):
    """L1 of the luma (BT.601), by which super-resolution is measured, plus a fifth of the L1 of the colours.

    float32 (N, 3, H, W) RGB in 0..1 twice -> scalar. A small network spends its capacity where the eye looks.
    """

    weights: Tensor

    def __init__(self) -> None:
        super().__init__()
        weights = torch.tensor(LUMA, dtype=torch.float32).reshape(1, 3, 1, 1)
        self.register_buffer("weights", weights, persistent=False)

    def forward(self, restored: Tensor, original: Tensor) -> Tensor:
        difference = restored - original
        return (difference * self.weights).sum(dim=1).abs().mean() + 0.2 * difference.abs().mean()


LOSSES: dict[str, type[nn.Module]] = {"l1": nn.L1Loss, "l2": nn.MSELoss, "luma": LumaL1}


@dataclass(frozen=True)
class TrainConfig:
    """What a training run needs.

    Attributes:
        network: architecture to train.
        output: folder of the run: metrics.csv, last.ckpt (to resume) and network.pt (the result).
        data: folders of training images; none means scikit-image's sample photographs.
        validation: folder of original images scored after each epoch, or None.
        steps: optimizer steps of the whole schedule.
        seconds: if given, the schedule follows this many seconds of training time instead of `steps`.
        epoch_steps: steps between two checkpoints.
        batch: patches per step.
        patch: side of the low-resolution patch.
        learning_rate: initial learning rate of Adam; it falls to zero along half a cosine.
        loss: "l1" (the paper's), "l2" or "luma" (`LumaL1`), on pixels / 255.
        average: the result is the mean of the weights at this many last epoch ends (stochastic weight
            averaging, Izmailov et al. 2018), which calms the flipping of signs.
        seed: seed of initialization and data.
        accelerated: compile the network and run binary convolutions in bfloat16, still exact to 256.
        threads: CPU threads, or None for PyTorch's choice.
        resume: continue from last.ckpt in `output` if it is there.
    """

    network: NetworkConfig
    output: Path
    data: tuple[Path, ...] = ()
    validation: Path | None = None
    steps: int = 10_000
    seconds: float | None = None
    epoch_steps: int = 500
    batch: int = 16
    patch: int = 32
    learning_rate: float = 1e-3
    loss: str = "l1"
    average: int = 1
    seed: int = 0
    accelerated: bool = False
    threads: int | None = None
    resume: bool = False


class SuperResolution(lightning.LightningModule):
    """Optimizes a BBCU network; the schedule is a function of the progress, 0 to 1, in steps or in time."""

    def __init__(self, config: TrainConfig, validation: list[Pair]) -> None:
        super().__init__()
        self.config, self.validation = config, validation
        self.task = _task(config)
        self.network = build(config.network)
        self.criterion = LOSSES[config.loss]()
        self.trained_seconds = 0.0
        self._resumed_at = 0.0
        self._epoch_ends: deque[dict[str, Tensor]] = deque(maxlen=config.average)
        self._restore = accelerate(self.network) if config.accelerated else self.network.forward

    def progress(self) -> float:
        """Return how much of the schedule is done."""
        if self.config.seconds is None:
            return min(1.0, self.global_step / self.config.steps)
        return min(1.0, self.trained_seconds / self.config.seconds)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), self.config.learning_rate, betas=(0.9, 0.99), fused=True)

    def on_train_start(self) -> None:
        self._resumed_at = time.monotonic() - self.trained_seconds

    def on_train_batch_start(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        rate = self.config.learning_rate * 0.5 * (1 + math.cos(math.pi * self.progress()))
        for group in self.trainer.optimizers[0].param_groups:
            group["lr"] = rate

    def training_step(self, batch: tuple[Tensor, Tensor], batch_idx: int) -> Tensor:
        low, high = batch
        restored = self._restore(low.contiguous(memory_format=torch.channels_last))
        loss = self.criterion(restored / 255, high / 255)
        self.log("loss", loss, prog_bar=True)
        return loss

    def on_train_batch_end(self, outputs: Any, batch: tuple[Tensor, Tensor], batch_idx: int) -> None:
        self.trained_seconds = time.monotonic() - self._resumed_at
        self.trainer.should_stop = self.progress() >= 1

    def on_train_epoch_end(self) -> None:
        self._epoch_ends.append({name: value.clone() for name, value in self.network.state_dict().items()})
        self.log("seconds", self.trained_seconds)
        if self.validation:
            result = mean([score(self.network, pair, self.task) for pair in self.validation])
            self.log_dict({"psnr": result.psnr, "ssim": result.ssim}, prog_bar=True)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint["trained_seconds"] = self.trained_seconds
        checkpoint["epoch_ends"] = list(self._epoch_ends)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self.trained_seconds = checkpoint["trained_seconds"]
        self._epoch_ends.extend(checkpoint["epoch_ends"])

    def average_weights(self) -> None:
        """Give the network the mean of the weights at the last epoch ends, and the alpha that follows."""
        self.network.load_state_dict(mean_state(self._epoch_ends))
        self.network.train()
        self.network.eval()


def mean_state(states: Collection[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of float32 state dictionaries, entry by entry."""
    names = next(iter(states))
    return {name: torch.stack([state[name].double() for state in states]).mean(0).float() for name in names}


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
    return torch.compile(network.forward)


def _card(config: TrainConfig, module: SuperResolution, images: int) -> checkpoint.Card:
    """Describe a finished run; of a folder's path only the last two parts appear, as in BSDS500/test."""
    card: checkpoint.Card = {
        "data": [_short(folder) for folder in config.data] or list(SAMPLE_NAMES),
        "images": images,
        "steps": module.global_step,
        "seconds": round(module.trained_seconds),
    }
    for name in ("batch", "patch", "learning_rate", "loss", "average", "seed", "accelerated"):
        card[name] = getattr(config, name)
    if config.validation:
        result = asdict(mean([score(module.network, pair, module.task) for pair in module.validation]))
        card["validation"] = {"folder": _short(config.validation), **result}
    return card


def _task(config: TrainConfig) -> Task:
    return super_resolution(config.network.scale)


def _short(folder: Path) -> str:
    return "/".join(folder.resolve().parts[-2:])


def _trainer(config: TrainConfig, progress: bool) -> lightning.Trainer:
    last = ModelCheckpoint(config.output, "last", save_on_train_epoch_end=True, enable_version_counter=False)
    return lightning.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=-1,  # the module says when to stop; with max_steps, Lightning would resume in mid-epoch
        callbacks=[last],
        logger=CSVLogger(config.output, name="logs"),
        log_every_n_steps=50,
        enable_progress_bar=progress,
        enable_model_summary=False,
        deterministic=True,
    )


def train(config: TrainConfig, progress: bool = True) -> Path:
    """Train a network and return the path of its checkpoint, `output`/network.pt.

    Args:
        config: the run.
        progress: show a progress bar.

    Raises:
        DataError: a folder holds no image, or none is as large as a patch.
        LeakError: a training image is in the validation folder.
        ImageError: an image is unreadable or has no exact 8-bit form.
        ValueError: a setting is out of range.
    """
    if config.loss not in LOSSES:
        raise ValueError(f"loss {config.loss!r} is unknown; choose from {', '.join(LOSSES)}")
    if config.threads:
        torch.set_num_threads(config.threads)
    lightning.seed_everything(config.seed, verbose=False)
    task = _task(config)
    sources = training_sources(config.data, task, config.validation)
    validation = load_pairs([config.validation], task) if config.validation else []
    module = SuperResolution(config, validation)
    data = PatchData(PatchDataset(sources, task, config.patch, config.seed), config.batch, config.epoch_steps)
    last = config.output / "last.ckpt"
    resume = last if config.resume and last.exists() else None
    _trainer(config, progress).fit(module, data, ckpt_path=resume)
    module.average_weights()
    return checkpoint.save(module.network, config.output / "network.pt", _card(config, module, len(sources)))
