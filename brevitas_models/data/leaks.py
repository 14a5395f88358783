# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""No picture may be in the training set and in the test set: comparison of names and of decoded pixels."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from bbcu_fpga.errors import ImageError, LeakError
from bbcu_fpga.images import load_pixels
from brevitas_models.data.layouts import find_entries
from brevitas_models.tasks import Task

COUNTER = 4  # a name of so many digits or fewer is a running number: it says nothing about the picture


def check_leaks(training: Sequence[Path], test: Path, task: Task) -> None:
    """Compare the clean pictures of training folders with those of a test folder.

    The same decoded pixels, or the same file name without its suffix, is a leak. Of a set that is made from
    parts of other pictures, such as Rain100L's backgrounds, the whole pictures count. Other crops, sizes and
    exposures of a scene are not recognized.

    Raises:
        LeakError: a picture is in both; names both files.
        DataError: a folder holds no image.
    """
    names: dict[str, Path] = {}
    contents: dict[str, Path] = {}
    for path in _clean_files([test], task):
        names[path.stem] = path
        digest = _digest(path)
        if digest:
            contents[digest] = path
    for path in _clean_files(training, task):
        if path.stem in names and not _is_counter(path.stem):
            raise _leak(path, names[path.stem], "the same name")
        digest = _digest(path)
        if digest in contents:
            raise _leak(path, contents[digest], "the same pixels")


def _clean_files(places: Sequence[Path], task: Task) -> list[Path]:
    return sorted({entry.clean for place in places for entry in find_entries(place, task)})


def _is_counter(stem: str) -> bool:
    return stem.isdecimal() and len(stem) <= COUNTER


def _digest(path: Path) -> str | None:
    """Return a hash of the decoded picture, or None for one that cannot be read and so not be used either."""
    try:
        pixels = load_pixels(path)
    except ImageError:
        return None
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()


def _leak(training: Path, test: Path, reason: str) -> LeakError:
    return LeakError(
        f"{training}: is trained on and, as {test}, measured with ({reason}); remove it from the training "
        "folder"
    )
