# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Sets of pictures to train on or to measure with: empty, damaged, mixed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.pictures import encoded, png
from benchmarks.hostile_input.workbench import Workbench
from brevitas_models.data import training_sources
from brevitas_models.evaluate import evaluate, outcomes
from brevitas_models.tasks import find_task

KIND = "set of pictures"
Files = Mapping[str, bytes]
_GOOD = png(24, 24, 8, bytes(24 * 73))


def _fill(files: Files, folder: Path) -> Path:
    place = folder / "set"
    place.mkdir()
    for name, content in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    return place


def _evaluate(task: str, files: Files, bench: Workbench, folder: Path) -> None:
    evaluate(None, _fill(files, folder), find_task(task))


def _train(files: Files, bench: Workbench, folder: Path) -> None:
    training_sources([_fill(files, folder)], find_task("super_resolution_x2"))


def _leak(files: Files, bench: Workbench, folder: Path) -> None:
    place = _fill(files, folder)
    training_sources([place], find_task("denoising_25"), test=place)


def _skipping(bench: Workbench, folder: Path) -> None:
    place = _fill({"a.png": _GOOD, "b.png": b"no picture"}, folder)
    used = [
        outcome.pair.name for outcome in outcomes(None, place, find_task("denoising_25"), on_corrupt="skip")
    ]
    assert used == ["a.png"], used


def _list_of_files(content: bytes, bench: Workbench, folder: Path) -> None:
    (folder / "set.txt").write_bytes(content)
    evaluate(None, folder / "set.txt", find_task("denoising_25"))


def _nowhere(bench: Workbench, folder: Path) -> None:
    evaluate(None, folder / "nowhere", find_task("denoising_25"))


_SETS: list[tuple[str, Files, str]] = [
    ("empty folder", {}, "holds no image"),
    ("only texts", {"a.txt": b"", "b.csv": b""}, "holds no image"),
    ("one damaged", {"a.png": _GOOD, "b.png": b"no picture"}, "b.png: "),
    ("one empty", {"a.png": b""}, "a.png: is empty"),
    ("one of 16 bits", {"a.png": png(5, 7, 16, bytes(7 * 31))}, "a.png: .*16 bits"),
    ("one transparent", {"a.png": encoded(transparency=(0, 0, 0)), "b.png": _GOOD}, r"\.png: "),
    ("a folder called like a picture", {"a.png/x": b""}, "a.png: "),
    ("a partner missing", {"clean/a.png": _GOOD, "degraded/b.png": _GOOD}, "no degraded partner"),
    (
        "a partner of another size",
        {"clean/a.png": _GOOD, "degraded/a.png": png(1, 1, 8, bytes(4))},
        r"a\.png",
    ),
    ("a table of backgrounds that is none", {"backgrounds.csv": b"\xff\xfe"}, "backgrounds.csv|rain streaks"),
]

CASES = [
    *(
        Case(KIND, f"measure: {name}", partial(_evaluate, "denoising_25", files), says)
        for name, files, says in _SETS
    ),
    *(Case(KIND, f"train: {name}", partial(_train, files), says) for name, files, says in _SETS[:5]),
    Case(
        KIND,
        "measure: table of backgrounds is no text",
        partial(_evaluate, "deraining", {"backgrounds.csv": b"\xff\xfe"}),
        "backgrounds.csv: ",
    ),
    Case(
        KIND,
        "measure: table of backgrounds lacks a column",
        partial(_evaluate, "deraining", {"backgrounds.csv": b"a,b\n1,2\n"}),
        "backgrounds.csv: line 2",
    ),
    Case(
        KIND,
        "measure: too small for the metric",
        partial(_evaluate, "super_resolution_x4", {"a.png": encoded()}),
        r"a\.png",
    ),
    Case(KIND, "train: on the test pictures", partial(_leak, {"a.png": _GOOD}), r"a\.png"),
    Case(KIND, "measure: damaged picture skipped", _skipping, None),
    Case(KIND, "measure: list of nothing", partial(_list_of_files, b"# nothing\n"), "set.txt: "),
    Case(KIND, "measure: list is no text", partial(_list_of_files, b"\xff\xfe"), "set.txt: "),
    Case(KIND, "measure: list of what is absent", partial(_list_of_files, b"absent.png\n"), "absent.png: "),
    Case(KIND, "measure: list with a zero byte", partial(_list_of_files, b"a\0b.png\n"), r"b\.png"),
    Case(KIND, "measure: no folder", _nowhere, "no such folder"),
]
