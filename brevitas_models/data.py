# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Training data: folders of photographs, pairs of both resolutions in memory, augmented patches of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from bbcu_fpga.errors import BbcuFpgaError
from bbcu_fpga.images import load_image
from brevitas_models.resize import imresize

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}
SAMPLE_NAMES = ("astronaut", "rocket", "coffee", "chelsea")  # public domain or CC0, part of scikit-image


class DataError(BbcuFpgaError):
    """A folder holds nothing to train or evaluate with."""


@dataclass(frozen=True)
class Pair:
    """One image at both resolutions: uint8 RGB (h, w, 3) and (scale h, scale w, 3)."""

    name: str
    low: NDArray[np.uint8]
    high: NDArray[np.uint8]


def image_files(folder: Path) -> list[Path]:
    """Return the image files directly inside a folder, sorted by name.

    Raises:
        DataError: the folder does not exist or holds no image.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; give a folder that holds images")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise DataError(f"{folder}: holds no image ({', '.join(sorted(SUFFIXES))})")
    return files


def make_pair(name: str, image: NDArray[np.uint8], scale: int) -> Pair:
    """Crop uint8 RGB (H, W, 3) to a multiple of the scale and shrink it by MATLAB's bicubic filter."""
    height, width = (length - length % scale for length in image.shape[:2])
    high = np.ascontiguousarray(image[:height, :width])
    return Pair(name, imresize(high, 1 / scale), high)


def load_pairs(folders: Sequence[Path], scale: int) -> list[Pair]:
    """Load every image of the folders as a Pair.

    Raises:
        DataError: a folder holds no image.
        ImageError: an image is unreadable or not 8-bit RGB.
    """
    paths = [path for folder in folders for path in image_files(folder)]
    return [make_pair(path.name, load_image(path), scale) for path in paths]


def sample_pairs(scale: int) -> list[Pair]:
    """Load scikit-image's freely licensed sample photographs: the default data when no folder is given."""
    import skimage.data

    return [make_pair(name, getattr(skimage.data, name)(), scale) for name in SAMPLE_NAMES]


class PatchDataset(Dataset[tuple[Tensor, Tensor]]):
    """An endless sequence of random patches, each a function of (seed, index) alone.

    An item is a pair of float32 (3, p, p) and (3, scale p, scale p) of integers 0..255: a random image, a
    random position, one of the eight flips and rotations.

    Args:
        pairs: the images; those smaller than the patch are left out.
        scale: factor between the two resolutions.
        patch: side p of the low-resolution patch.
        seed: seed of the whole sequence.

    Raises:
        DataError: no image is as large as the patch.
    """

    def __init__(self, pairs: Sequence[Pair], scale: int, patch: int, seed: int) -> None:
        self.pairs = [pair for pair in pairs if min(pair.low.shape[:2]) >= patch]
        if not self.pairs:
            side = patch * scale
            raise DataError(f"no training image is at least {side} pixels on each side; use a smaller patch")
        self.scale, self.patch, self.seed = scale, patch, seed

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng((self.seed, index))
        pair = self.pairs[random.integers(len(self.pairs))]
        top, left = (int(random.integers(length - self.patch + 1)) for length in pair.low.shape[:2])
        turns, flip = int(random.integers(4)), bool(random.integers(2))
        low = _cut(pair.low, top, left, self.patch)
        high = _cut(pair.high, top * self.scale, left * self.scale, self.patch * self.scale)
        return _augmented(low, turns, flip), _augmented(high, turns, flip)


def _cut(image: NDArray[np.uint8], top: int, left: int, side: int) -> NDArray[np.uint8]:
    return image[top : top + side, left : left + side]


def _augmented(patch: NDArray[np.uint8], turns: int, flip: bool) -> Tensor:
    turned = np.rot90(patch, turns)
    turned = turned[:, ::-1] if flip else turned
    return torch.from_numpy(turned.transpose(2, 0, 1).astype(np.float32))


class EpochSampler(Sampler[int]):
    """The indices of one epoch after the other: epoch e has e * length ... (e + 1) * length - 1.

    The trainer announces the epoch through `set_epoch`, so a resumed run continues with the right patches.
    """

    def __init__(self, length: int) -> None:
        self.length, self.epoch = length, 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.epoch * self.length, (self.epoch + 1) * self.length))


class PatchData(lightning.LightningDataModule):
    """Serves patches batch by batch in the order of their index.

    Args:
        dataset: the patches.
        batch: patches per step.
        steps: batches per epoch.
    """

    def __init__(self, dataset: PatchDataset, batch: int, steps: int) -> None:
        super().__init__()
        self.dataset, self.batch, self.steps = dataset, batch, steps

    def train_dataloader(self) -> DataLoader[tuple[Tensor, Tensor]]:
        sampler = EpochSampler(self.batch * self.steps)
        return DataLoader(self.dataset, batch_size=self.batch, sampler=sampler)
