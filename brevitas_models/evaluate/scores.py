# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Scores: PSNR and SSIM of what a network makes of a picture, beside those of the baseline."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from bbcu_fpga.errors import DataError, TaskError
from brevitas_models.colour import Pixels
from brevitas_models.data import OnCorrupt, find_entries, read_sources
from brevitas_models.evaluate.restore import restore
from brevitas_models.metrics import WINDOW, psnr, ssim
from brevitas_models.tasks import Pair, Task


@dataclass(frozen=True)
class Score:
    """Quality of one picture, or the mean of several: PSNR in dB and SSIM; None where there is no network."""

    name: str
    psnr: float | None
    ssim: float | None
    baseline_psnr: float
    baseline_ssim: float


MEASURES = tuple(field.name for field in fields(Score) if field.name != "name")


@dataclass(frozen=True)
class Outcome:
    """A test pair, what the baseline makes of it, and what the network does (None without one)."""

    pair: Pair
    baseline: Pixels
    restored: NDArray[np.uint8] | None


def compare(network: nn.Module | None, pair: Pair, task: Task) -> Outcome:
    """Restore the degraded picture of a pair.

    Raises:
        TaskError: the network cannot take the task's pictures, or makes another size of them.
    """
    baseline = task.baseline(pair.degraded)
    if network is None:
        return Outcome(pair, baseline, None)
    try:
        restored = restore(network, pair.degraded, task.sigma)
    except RuntimeError as error:  # torch's way to refuse a number of channels
        first = str(error).splitlines()[0]
        raise TaskError(f"{pair.name}: the network cannot take a picture of {task.name}: {first}") from error
    if restored.shape != pair.clean.shape:
        raise TaskError(
            f"{pair.name}: the network makes {restored.shape} of {pair.degraded.shape}, {task.name} needs "
            f"{pair.clean.shape}; choose the task that it was trained for"
        )
    return Outcome(pair, baseline, restored)


def measure(outcome: Outcome, task: Task) -> Score:
    """Return PSNR and SSIM by the task's protocol.

    Raises:
        DataError: the picture is too small for SSIM's window.
    """
    clean, shave = outcome.pair.clean, task.shave
    if min(clean.shape[:2]) - 2 * shave < WINDOW:
        size, least = f"{clean.shape[1]}x{clean.shape[0]}", WINDOW + 2 * shave
        raise DataError(f"{outcome.pair.name}: has {size} pixels; SSIM needs {least} on each side")

    def measured(picture: Pixels) -> tuple[float, float]:
        return psnr(picture, clean, shave, task.measured), ssim(picture, clean, shave, task.measured)

    restored = (None, None) if outcome.restored is None else measured(outcome.restored)
    baseline = measured(outcome.baseline)
    return Score(outcome.pair.name, restored[0], restored[1], baseline[0], baseline[1])


def score(network: nn.Module | None, pair: Pair, task: Task) -> Score:
    """Compare the restored picture of a pair with its original; raises as `compare` and `measure` do."""
    return measure(compare(network, pair, task), task)


def mean(scores: Sequence[Score]) -> Score:
    """Return the mean of the scores, named `mean`."""
    columns = {name: [getattr(one, name) for one in scores] for name in MEASURES}
    means = {name: None if None in column else float(np.mean(column)) for name, column in columns.items()}
    return Score("mean", **means)  # type: ignore[arg-type]  # the baseline is always measured


def outcomes(
    network: nn.Module | None,
    place: Path,
    task: Task,
    *,
    seed: int = 0,
    on_corrupt: OnCorrupt = "refuse",
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Outcome]:
    """Restore the pictures of a folder or list of files one by one.

    Args:
        network: what to evaluate, or None for the baseline alone.
        place: pictures in any layout.
        task: how they are degraded and compared.
        seed: of random degradations; each picture's also depends on its name, not on the others.
        on_corrupt: what to do with a picture that cannot be used.
        progress: takes a title, how many pictures are done, and how many there are.

    Raises:
        DataError: there is no usable picture.
        ImageError: a picture cannot be used and is to be refused.
        TaskError: the network or the pictures do not fit the task.
    """
    total = len(find_entries(place, task))
    title = f"{task.title} on {place.name}"
    for done, source in enumerate(read_sources(place, task, on_corrupt)):
        if progress:
            progress(title, done, total)
        yield compare(network, task.pair(source, seed), task)
    if progress:
        progress(title, total, total)


def evaluate(network: nn.Module | None, place: Path, task: Task, *, seed: int = 0) -> list[Score]:
    """Score a network on every picture of a folder; the last entry is the mean. Raises as `outcomes` does."""
    scores = [measure(outcome, task) for outcome in outcomes(network, place, task, seed=seed)]
    return [*scores, mean(scores)]
