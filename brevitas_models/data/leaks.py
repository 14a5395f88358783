# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""No picture may be in the training set and in the test set: comparison of names and of decoded pixels."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.errors import ImageError, LeakError
from bbcu_fpga.images import load_pixels
from brevitas_models.data.layouts import find_entries
from brevitas_models.data.samples import sample_pictures
from brevitas_models.tasks import Task

COUNTER = 4  # a name of so many digits or fewer is a running number: it says nothing about the picture


def check_leaks(training: Sequence[Path], test: Path, task: Task) -> None:
    """Compare the clean pictures of training folders with those of a test folder.

    No training folder means the sample photographs.

    The same decoded pixels, or the same file name without its suffix, is a leak. Of a set that is made from
    parts of other pictures, such as Rain100L's backgrounds, the whole pictures count. Other crops, sizes and
    exposures of a scene are not recognized.

    Raises:
        LeakError: a picture is in both; names both files.
        DataError: a folder holds no image.
    """
    names: dict[str, Path] = {}
    contents: dict[str, Path] = {}
    for path, digest in _fingerprints([test], task):
        names[path.stem] = path
        if digest:
            contents[digest] = path
    for path, digest in _fingerprints(training, task):
        if path.stem in names and not _is_counter(path.stem):
            raise _leak(path, names[path.stem], "the same name")
        if digest in contents:
            raise _leak(path, contents[digest], "the same pixels")


def _fingerprints(places: Sequence[Path], task: Task) -> Iterator[tuple[Path, str | None]]:
    """Yield each clean picture with the hash of its pixels; None for one that cannot be read or used."""
    for path in sorted({entry.clean for place in places for entry in find_entries(place, task)}):
        try:
            yield path, _digest(load_pixels(path))
        except ImageError:
            yield path, None
    if not places:
        yield from ((Path("scikit-image", name), _digest(pixels)) for name, pixels in sample_pictures())


def _is_counter(stem: str) -> bool:
    return stem.isdecimal() and len(stem) <= COUNTER


def _digest(pixels: NDArray[np.uint8]) -> str:
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()


def _leak(training: Path, test: Path, reason: str) -> LeakError:
    return LeakError(
        f"{training}: is trained on and, as {test}, measured with ({reason}); remove it from the training "
        "folder"
    )
