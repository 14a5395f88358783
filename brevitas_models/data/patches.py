# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Random patches of pictures for training: each is a function of the seed and its index alone."""

from collections.abc import Iterator, Sequence

import lightning
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from bbcu_fpga.errors import DataError, TaskError
from brevitas_models.colour import Pixels
from brevitas_models.degradations import Degradation
from brevitas_models.tasks import Source, Task


class PatchDataset(Dataset[tuple[Tensor, Tensor]]):
    """An endless sequence of random patches, each a function of (seed, index) alone.

    An item is a pair of float32 (C, p, p) and (C, scale p, scale p) in values 0..255, degraded and clean: a
    random picture, a random position, one of the eight flips and rotations. What can be degraded patch by
    patch (noise, JPEG, rain) is, anew each time; shrunk pictures and given pairs are cut from whole ones.

    Args:
        sources: the pictures; those smaller than the patch are left out.
        task: what degrades them.
        patch: side p of the degraded patch.
        seed: seed of the whole sequence.

    Raises:
        DataError: no picture is as large as the patch.
        TaskError: the task can only be trained on pairs, and a source is none, or its sizes do not fit.
    """

    def __init__(self, sources: Sequence[Source], task: Task, patch: int, seed: int) -> None:
        self.task, self.patch, self.seed = task, patch, seed
        side = patch * task.scale + _margin(task.training)
        large = [source for source in sources if min(source.clean.shape[:2]) >= side]
        if not large:
            raise DataError(f"no training image is at least {side} pixels on each side; use a smaller patch")
        self.sources = [self._prepare(source) for source in large]

    def _prepare(self, source: Source) -> Source:
        """Degrade the whole picture where a patch would not do."""
        training = self.task.training
        if training is None and source.degraded is None:
            raise TaskError(f"{source.name}: {self.task.name} is trained on pairs, this picture is alone")
        if source.degraded is None and training is not None and not training.whole:
            return source
        pair = self.task.pair(source)
        return Source(pair.name, pair.clean, pair.degraded)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng((self.seed, index))
        source = self.sources[random.integers(len(self.sources))]
        degraded, clean = (
            self._given(source, random) if source.degraded is not None else self._made(source, random)
        )
        turns, flip = int(random.integers(4)), bool(random.integers(2))
        return _augmented(degraded, turns, flip), _augmented(clean, turns, flip)

    def _given(self, source: Source, random: np.random.Generator) -> tuple[Pixels, Pixels]:
        """Cut the same place from both pictures of a pair."""
        assert source.degraded is not None
        top, left = _position(source.degraded, self.patch, random)
        scale = self.task.scale
        return (
            _cut(source.degraded, top, left, self.patch),
            _cut(source.clean, top * scale, left * scale, self.patch * scale),
        )

    def _made(self, source: Source, random: np.random.Generator) -> tuple[Pixels, Pixels]:
        """Cut a clean patch and degrade it; half of the patches begin on the degradation's block grid."""
        training = self.task.training
        assert training is not None
        side = self.patch + _margin(training)
        whole = _cut(source.clean, *_position(source.clean, side, random), side)
        top, left = (0, 0) if random.integers(2) else random.integers(_margin(training) + 1, size=2)
        degraded = training(np.ascontiguousarray(whole), random)
        return _cut(degraded, top, left, self.patch), _cut(whole, top, left, self.patch)


def _margin(degradation: Degradation | None) -> int:
    """Return by how much a patch must be larger to be cut anywhere in a block of the degradation's grid."""
    return 0 if degradation is None else degradation.grid - 1


def _position(picture: Pixels, side: int, random: np.random.Generator) -> tuple[int, int]:
    top, left = (int(random.integers(length - side + 1)) for length in picture.shape[:2])
    return top, left


def _cut(picture: Pixels, top: int, left: int, side: int) -> Pixels:
    return picture[top : top + side, left : left + side]


def _augmented(patch: Pixels, turns: int, flip: bool) -> Tensor:
    turned = np.rot90(patch, turns)
    turned = turned[:, ::-1] if flip else turned
    return torch.from_numpy(turned.transpose(2, 0, 1).astype(np.float32))


class EpochSampler(Sampler[int]):
    """The indices of one epoch after the other: epoch e has e * length ... (e + 1) * length - 1.

    The trainer announces the epoch through `set_epoch`, so a resumed run continues with the right patches. Of
    several processes, each takes every so-manieth index, so that together they see what one alone would.

    Args:
        length: indices per epoch, of all processes together.
        rank: number of this process.
        ranks: how many there are; must divide the length.
    """

    def __init__(self, length: int, rank: int = 0, ranks: int = 1) -> None:
        if length % ranks:
            raise ValueError(f"{ranks} processes do not share {length} patches per epoch evenly")
        self.length, self.rank, self.ranks, self.epoch = length, rank, ranks, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length // self.ranks

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.epoch * self.length + self.rank, (self.epoch + 1) * self.length, self.ranks))


class PatchData(lightning.LightningDataModule):
    """Serves patches batch by batch in the order of their index, shared among the processes of the trainer.

    The trainer needs `use_distributed_sampler=False`: the sampler shares the patches itself.

    Args:
        dataset: the patches.
        batch: patches per step, of all processes together.
        steps: batches per epoch.
        workers: processes that make patches beside the training, or 0.
    """

    def __init__(self, dataset: PatchDataset, batch: int, steps: int, workers: int = 0) -> None:
        super().__init__()
        self.dataset, self.batch, self.steps, self.workers = dataset, batch, steps, workers

    def train_dataloader(self) -> DataLoader[tuple[Tensor, Tensor]]:
        rank, ranks = (self.trainer.global_rank, self.trainer.world_size) if self.trainer else (0, 1)
        if self.batch % ranks:
            raise DataError(f"a batch of {self.batch} patches cannot be shared by {ranks} processes")
        sampler = EpochSampler(self.batch * self.steps, rank, ranks)
        return DataLoader(
            self.dataset,
            batch_size=self.batch // ranks,
            sampler=sampler,
            num_workers=self.workers,
            persistent_workers=self.workers > 0,
        )
