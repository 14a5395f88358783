# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Reading pictures into memory, from folders in any layout."""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from bbcu_fpga.errors import DataError, ImageError
from brevitas_models.data.layouts import find_entries
from brevitas_models.data.leaks import check_leaks
from brevitas_models.data.samples import sample_sources
from brevitas_models.tasks import Pair, Source, Task

OnCorrupt = Literal["refuse", "skip"]
"""What to do with a picture that cannot be used: stop with an error or go on with a warning; both name it."""

logger = logging.getLogger(__name__)


def read_sources(place: Path, task: Task, on_corrupt: OnCorrupt = "refuse") -> Iterator[Source]:
    """Yield the pictures of a folder (or list of files) one by one.

    Raises:
        DataError: the folder holds no picture, or none that can be used.
        ImageError: a picture cannot be used and is to be refused.
    """
    usable = False
    for entry in find_entries(place, task):
        try:
            source = entry.load(task)
        except ImageError as error:
            if on_corrupt == "refuse":
                raise
            logger.warning("skipped: %s", error)
            continue
        usable = True
        yield source
    if not usable:
        raise DataError(f"{place}: holds no usable picture")


def load_pairs(
    places: Sequence[Path], task: Task, seed: int = 0, on_corrupt: OnCorrupt = "refuse"
) -> list[Pair]:
    """Load every picture of the folders as a test pair; raises as `read_sources` and `Task.pair` do."""
    return [task.pair(source, seed) for place in places for source in read_sources(place, task, on_corrupt)]


def training_sources(
    places: Sequence[Path], task: Task, test: Path | None = None, on_corrupt: OnCorrupt = "refuse"
) -> list[Source]:
    """Load what a network is trained on; no folder means the sample photographs.

    Args:
        places: folders, or lists of files, in any layout.
        task: the task to train for.
        test: the folder that will be measured with; no picture of it may be trained on.
        on_corrupt: what to do with a picture that cannot be used.

    Raises:
        DataError: a folder holds no usable picture.
        LeakError: a picture is also in the test folder.
        ImageError: a picture cannot be used and is to be refused.
        TaskError: the task can only be trained on pairs, and there are none.
    """
    if test is not None:
        check_leaks(places, test, task)
    if not places:
        return sample_sources(task)
    return [source for place in places for source in read_sources(place, task, on_corrupt)]
