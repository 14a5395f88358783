# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How folders of pictures are laid out: what is clean, what is degraded, what belongs together."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.errors import DataError
from bbcu_fpga.images import load_pixels
from brevitas_models.colour import as_channels
from brevitas_models.degradations import rainy
from brevitas_models.tasks import Source, Task

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"}
PAIRED = (("high", "low"), ("clean", "degraded"), ("target", "input"), ("norain", "rain"))
"""Names of the two folders of a paired set: of the clean pictures, of the degraded ones."""

Reading = tuple[NDArray[np.uint8], NDArray[np.uint8] | None]
"""Clean picture and, where files have it, the degraded one."""


@dataclass(frozen=True)
class Entry:
    """A picture on disk: its name, the file of the clean picture, and how to read it."""

    name: str
    clean: Path
    read: Callable[[], Reading]

    def load(self, task: Task) -> Source:
        """Read the picture with the task's number of channels.

        Raises:
            ImageError: a file is unreadable or has no exact 8-bit form.
        """
        clean, degraded = self.read()
        given = None if degraded is None else as_channels(degraded, task.channels)
        return Source(self.name, as_channels(clean, task.channels), given)


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


def find_entries(place: Path, task: Task) -> list[Entry]:
    """Return the pictures of a folder, or of a list of files (.txt), in the order of their names.

    The layout is recognized by what the folder holds, see docs/data.md; files win over computed degradations.

    Raises:
        DataError: there is no picture, one lacks its partner, or the layout is of another task.
    """
    if place.suffix == ".txt" and place.is_file():
        lines = [line.strip() for line in _text(place).splitlines()]
        return [_alone(place.parent / line) for line in lines if line and not line.startswith("#")]
    if (place / "backgrounds.csv").is_file():
        return _streaks(place, task)
    for clean, degraded in PAIRED:
        if (place / clean).is_dir() and (place / degraded).is_dir():
            return _paired(place / clean, place / degraded)
    originals = _subfolder(place, "HR")
    if originals is not None:
        small = _small(place, task.scale)
        return _paired(originals, small) if small else [_alone(path) for path in image_files(originals)]
    return [_alone(path) for path in image_files(place)]


def _alone(path: Path) -> Entry:
    return Entry(path.name, path, partial(_read_alone, path))


def _read_alone(path: Path) -> Reading:
    return load_pixels(path), None


def _paired(clean: Path, degraded: Path) -> list[Entry]:
    """Pair the pictures of two folders by name, ignoring what only repeats the folder's name or the scale."""
    partners = {_key(path, degraded): path for path in image_files(degraded)}
    entries = []
    for path in image_files(clean):
        partner = partners.get(_key(path, clean))
        if partner is None:
            raise DataError(f"{path}: has no degraded partner in {degraded}; add it or remove the picture")
        entries.append(Entry(path.name, path, partial(_read_both, path, partner)))
    return entries


def _key(path: Path, folder: Path) -> str:
    """Return what a picture and its partner have in common: 0001x2 in X2 and rain-001 in rain lose a part."""
    stem = path.stem.removeprefix(f"{folder.name}-")
    return stem.removesuffix(folder.name.lower()) if re.fullmatch(r"X\d", folder.name) else stem


def _read_both(clean: Path, degraded: Path) -> Reading:
    return load_pixels(clean), load_pixels(degraded)


def _subfolder(place: Path, ending: str) -> Path | None:
    """Return the subfolder called `ending` or ..._`ending`, as in DIV2K_train_HR."""
    if not place.is_dir():
        return None
    names = sorted(path for path in place.iterdir() if path.is_dir())
    return next((path for path in names if path.name == ending or path.name.endswith(f"_{ending}")), None)


def _small(place: Path, scale: int) -> Path | None:
    """Return the folder of the small pictures of a scale, as in DIV2K_train_LR_bicubic/X2."""
    if scale == 1:
        return None
    return next((path for path in sorted(place.glob(f"*LR_bicubic*/X{scale}")) if path.is_dir()), None)


def _streaks(place: Path, task: Task) -> list[Entry]:
    """Return rain streaks with the backgrounds that backgrounds.csv names in the folder BSDS500 beside."""
    if task.name != "deraining":
        raise DataError(f"{place}: holds rain streaks, which are for deraining, not for {task.name}")
    table = place / "backgrounds.csv"
    entries = []
    for line, row in enumerate(csv.DictReader(_text(table).splitlines()), start=2):
        try:
            name, file, size = row["index"], row["bsds500_file"], (int(row["height"]), int(row["width"]))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{table}: line {line} lacks index, bsds500_file, height or width") from error
        background, streak = place.parent / "BSDS500" / file, place / f"{name}.png"
        entries.append(Entry(streak.name, background, partial(_read_streak, background, streak, size)))
    return entries


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not a text in UTF-8") from error


def _read_streak(background: Path, streak: Path, size: tuple[int, int]) -> Reading:
    clean, rain = load_pixels(background)[: size[0], : size[1]], load_pixels(streak)
    if rain.shape != (*size, 1) or clean.shape[:2] != size:
        raise DataError(f"{streak}: is not a grey picture of the size of its background {background}")
    return clean, rainy(clean, rain)
