# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One run after the other, each in a folder of its own: OUTPUT/NAME/result.json says that it is done."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bbcu_fpga.errors import DataError, TrainingError
from bbcu_fpga.files import write_text
from benchmarks.study.plan import GROUPS, Run, settings, training
from brevitas_models import checkpoint
from brevitas_models.evaluate import as_values, evaluate
from brevitas_models.tasks import find_task
from brevitas_models.training import train

SETTINGS, RESULT, LOCK = "settings.json", "result.json", ".lock"

Result = dict[str, Any]
"""`name`; `settings` of the run; `card` of the checkpoint; `scores`: set to PSNR, SSIM and the baseline's."""


def carry_out(runs: Sequence[Run], data: Path, output: Path, steps: int, say: Callable[[str], None]) -> None:
    """Train and measure what is not done yet; what another process is at is left to it.

    Args:
        runs: what to do, in this order.
        data: folder of the image sets.
        output: folder of the runs; several processes may share it.
        steps: optimizer steps of each run.
        say: takes a line about each run.

    Raises:
        BbcuFpgaError: as training and evaluation raise; what is done stays.
        TrainingError: a folder holds a run with other settings.
    """
    for number, run in enumerate(runs, start=1):
        where = f"{number}/{len(runs)} {run.name}"
        with _owned(output / run.name) as owned:
            if not owned:
                say(f"{where}: another process is at it")
                continue
            if read_result(run, output, steps) is not None:
                say(f"{where}: was done")
                continue
            result = _do(run, data, output / run.name, steps)
        say(f"{where}: {_summary(result)}")


def _do(run: Run, data: Path, folder: Path, steps: int) -> Result:
    _claim(run, folder, steps)
    path = train(training(run, data, folder, steps))
    network, card = checkpoint.load(path)
    group = GROUPS[run.group]
    task = find_task(group.task)
    result = {
        "name": run.name,
        "settings": settings(run, steps),
        "card": card,
        "scores": {name: as_values(evaluate(network, data / name, task)[-1]) for name in group.sets},
    }
    write_text(folder / RESULT, json.dumps(result, indent=2) + "\n")
    return result


def _claim(run: Run, folder: Path, steps: int) -> None:
    """Note the settings, or refuse to resume a run that had others."""
    path, wanted = folder / SETTINGS, settings(run, steps)
    if path.exists():
        _compare(_read(path), wanted, path)
    write_text(path, json.dumps(wanted, indent=2) + "\n")


def read_result(run: Run, output: Path, steps: int | None = None) -> Result | None:
    """Return what came out of a run, or None if it is not done.

    Args:
        run: which one.
        output: folder of the runs.
        steps: steps that it must have had, or None for any number.

    Raises:
        DataError: the file is damaged.
        TrainingError: it was made with other settings; names them.
    """
    path = output / run.name / RESULT
    if not path.exists():
        return None
    result: Result = _read(path)
    try:
        found = result["settings"]
        expected = settings(run, found["steps"] if steps is None else steps)
        complete = set(result["scores"]) == set(expected["sets"]) and "card" in result
    except (KeyError, TypeError) as error:
        raise DataError(f"{path}: lacks {error}; remove the folder and run it again") from error
    _compare(found, expected, path)
    if not complete:
        raise DataError(f"{path}: lacks scores or the card; remove the folder and run it again")
    return result


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: is damaged ({error}); remove the folder and run it again") from error


def _compare(found: dict[str, Any], wanted: dict[str, Any], path: Path) -> None:
    wrong = [
        f"{key} {found.get(key)} instead of {wanted.get(key)}"
        for key in sorted({**found, **wanted})
        if found.get(key) != wanted.get(key)
    ]
    if wrong:
        raise TrainingError(f"{path}: is of {'; '.join(wrong)}; choose another output folder")


@contextmanager
def _owned(folder: Path) -> Iterator[bool]:
    """Hold a run's folder; yields False if another process does. A process that ends lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _summary(result: Result) -> str:
    scores = [f"{name} {one['psnr']:.2f} dB" for name, one in result["scores"].items()]
    return f"{', '.join(scores)}; {result['card']['seconds']} s of training"
