# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A training run from pictures to checkpoint."""

import importlib.util
import shutil
import sys
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import lightning
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from lightning.pytorch.utilities import rank_zero_only
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from bbcu_fpga.errors import TrainingError
from brevitas_models import checkpoint
from brevitas_models.data import (
    SAMPLE_NAMES,
    PatchData,
    PatchDataset,
    check_leaks,
    load_pairs,
    training_sources,
)
from brevitas_models.networks import build
from brevitas_models.training.config import Recipe, TrainConfig
from brevitas_models.training.curves import plot_curves
from brevitas_models.training.initialization import initialize
from brevitas_models.training.module import Restoration
from brevitas_models.training.resumption import LAST, check_resumable

LOGS = "logs"
MACHINE = ("accelerator", "devices", "num_nodes", "strategy", "precision")  # passed to Lightning


def train(config: TrainConfig, progress: bool = True) -> Path:
    """Train a network and return the path of its checkpoint, `output`/network.pt.

    A run that is not resumed replaces an earlier one in the same folder.

    Args:
        config: the run.
        progress: show a progress bar on a terminal, or log one line per epoch elsewhere.

    Raises:
        CheckpointError: the checkpoint to start from, or to resume, is unusable.
        DataError: a folder holds no image, or none is as large as a patch.
        ImageError: an image is unreadable or has no exact 8-bit form.
        LeakError: a training image is in a validation or test folder.
        TaskError: task, network and pictures do not fit each other.
        TrainingError: settings do not fit, or the loss is no finite number.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    lightning.seed_everything(config.seed, workers=True, verbose=False)
    last = config.output / LAST
    resume = last if config.resume and last.exists() else None
    if resume is not None:
        check_resumable(resume)
    module, data = _prepare(config)
    if resume is None and rank_zero_only.rank == 0:
        last.unlink(missing_ok=True)
        shutil.rmtree(config.output / LOGS, ignore_errors=True)
    trainer = _trainer(config, progress)
    try:
        trainer.fit(module, data, ckpt_path=resume, weights_only=True)
    finally:
        if trainer.is_global_zero:
            plot_curves(config.output / LOGS, config.output / "curves.png")
    module.average_weights()
    path = config.output / "network.pt"
    if trainer.is_global_zero:
        checkpoint.save(module.network.cpu(), path, _card(config, module, len(data.dataset.sources)))
    return path


def _prepare(config: TrainConfig) -> tuple[Restoration, PatchData]:
    """Read the pictures, which takes the most and fails first, and make the network."""
    architecture, task = config.fitted()
    for folder in config.test:
        check_leaks(config.data, folder, task)
    sources = training_sources(config.data, task, config.validation, config.on_corrupt)
    pairs = load_pairs([config.validation], task, on_corrupt=config.on_corrupt) if config.validation else []
    network = build(architecture)
    if config.init_from is not None:
        initialize(network, checkpoint.load(config.init_from)[0])
    network.train()
    dataset = PatchDataset(sources, task, config.patch, config.seed)
    data = PatchData(dataset, config.batch, config.epoch_steps, config.workers)
    return Restoration(config, network, task, pairs), data


def _trainer(config: TrainConfig, progress: bool) -> lightning.Trainer:
    """Return Lightning's trainer.

    Raises:
        TrainingError: Lightning does not know or cannot use what it is given; in its words.
    """
    bar = progress and sys.stderr.isatty()
    last = ModelCheckpoint(
        config.output, Path(LAST).stem, save_on_train_epoch_end=True, enable_version_counter=False
    )
    callbacks: list[Callback] = [last]
    if bar:
        callbacks.append(RichProgressBar(console_kwargs={"stderr": True}))
    try:
        return lightning.Trainer(
            **{name: getattr(config, name) for name in MACHINE},
            # the module says when to stop; with max_steps, Lightning would resume in mid-epoch
            max_epochs=-1 if config.seconds else -(-config.steps // config.epoch_steps),
            callbacks=callbacks,
            logger=_loggers(config.output),
            log_every_n_steps=min(50, config.epoch_steps),
            use_distributed_sampler=False,
            enable_progress_bar=bar,
            enable_model_summary=False,
            deterministic=True,
        )
    except (MisconfigurationException, ValueError, TypeError) as error:
        raise TrainingError(f"the machine cannot be used so: {str(error).splitlines()[0]}") from error


def _loggers(output: Path) -> list[Logger]:
    """Return a log as CSV, written at once so that a killed run leaves it, and TensorBoard's if installed."""
    loggers: list[Logger] = [CSVLogger(output, name=LOGS, flush_logs_every_n_steps=1)]
    if importlib.util.find_spec("tensorboard"):
        loggers.append(TensorBoardLogger(output, name="tensorboard"))
    return loggers


def _card(config: TrainConfig, module: Restoration, images: int) -> checkpoint.Card:
    """Describe a finished run; of a folder's path only the last two parts appear, as in BSDS500/test."""
    card: checkpoint.Card = {
        "task": module.task.name,
        "data": [_short(folder) for folder in config.data] or list(SAMPLE_NAMES),
        "images": images,
        "steps": module.global_step,
        "seconds": round(module.trained_seconds),
        "device": _device(module),
    }
    recipe = [field.name for field in fields(Recipe) if field.name not in card]
    for name in (*recipe, "epoch_steps", "blind", "seed", "accelerated", "precision"):
        if getattr(config, name) is not None:
            card[name] = _plain(getattr(config, name))
    if config.init_from is not None:
        card["init_from"] = _short(checkpoint.resolve(config.init_from))
    if config.validation:
        card["validation"] = {"folder": _short(config.validation), **asdict(module.validate_now())}
    return card


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _device(module: Restoration) -> str:
    """Return on what the run was: processes and kind of device."""
    device, processes = module.trainer.strategy.root_device, module.trainer.world_size
    if device.type == "cuda":
        return f"{processes} x {torch.cuda.get_device_name(device)}"
    return f"{processes} x CPU, threads: {torch.get_num_threads()}"


def _short(folder: Path) -> str:
    return "/".join(folder.resolve().parts[-2:])
