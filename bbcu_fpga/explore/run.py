# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Explore foldings and networks: points in parallel, kept one by one, then a front, a table and a picture."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from bbcu_fpga.builder.build import hardware_graph, sources_digest
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.errors import ConfigError, MissingToolError
from bbcu_fpga.explore.chart import draw
from bbcu_fpga.explore.points import RESOURCES, Point, bounds, evaluate, front
from bbcu_fpga.explore.presets import untrained
from bbcu_fpga.files import atomic_path, write_text

Progress = Callable[[str, int, int], None]
Result = TypeVar("Result")
Key = TypeVar("Key")
_COLUMNS = ("network", "cycles", "fps", *RESOURCES, "fits", "on_front")


@dataclass(frozen=True)
class Exploration:
    """All points, those on the front (fps against LUT, of what fits), and the files that hold them."""

    points: list[Point]
    front: list[Point]
    json: Path
    csv: Path
    png: Path


def explore(
    config: BuildConfig,
    models: Sequence[str],
    output: Path,
    *,
    presets: Sequence[str] = (),
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Exploration:
    """Find the cheapest folding for every frame rate that each network can have.

    Points are kept in `output` as they are found: an interrupted exploration goes on where it stopped.

    Args:
        config: board, clock and frame; its folding does not matter.
        models: networks, as `model` of a configuration.
        output: folder for points, `explore.json`, `explore.csv` and `explore.png`.
        presets: networks that need not be trained (see `untrained`).
        jobs: worker processes on this machine.
        scheduler: address of a Dask scheduler whose workers compute the points instead; they need bbcu-fpga,
            too. Networks are compiled here.
        progress: called with (what, done, total).

    Raises:
        ConfigError: two networks of one name, or an unknown network or preset.
        MissingToolError: `scheduler` is given, but dask.distributed is not installed.
        ModelError, CheckpointError: a network cannot be compiled.
    """
    report = progress or (lambda *_: None)
    networks = [*models, *(str(untrained(preset, output / "presets")) for preset in presets)]
    graphs = _compile(config, networks, output / "networks", jobs, report)
    device = Resources(**config.device.resources)
    work = [
        (name, graph, cycles, config.clock_mhz, device)
        for name, graph in graphs.items()
        for cycles in bounds(graph)
    ]
    points = _evaluate(work, output / "points", jobs, scheduler, report)
    return _write(points, config, output)


def _compile(
    config: BuildConfig, models: Sequence[str], folder: Path, jobs: int, report: Progress
) -> dict[str, bytes]:
    """Return the serialized graphs of hardware operators by the networks' names."""
    names = [Path(model).stem for model in models]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two networks are called {name}: rename one of the files")
    tasks = [(config.override(model=model), folder / name) for model, name in zip(models, names, strict=True)]
    paths: dict[str, Path] = {}
    for path, name in _computed(hardware_graph, list(zip(tasks, names, strict=True)), jobs, None):
        paths[name] = path
        report(f"compiled {name}", len(paths), len(names))
    return {name: paths[name].read_bytes() for name in names}


def _evaluate(
    work: list[tuple[Any, ...]], folder: Path, jobs: int, scheduler: str | None, report: Progress
) -> list[Point]:
    """Evaluate what is not in `folder` yet."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = sources_digest()
    files = [folder / f"{task[0]}_{task[2]}_{_digest(task, sources)}.json" for task in work]
    missing = [(task, file) for task, file in zip(work, files, strict=True) if not file.exists()]
    found = _computed(evaluate, missing, jobs, scheduler)
    for done, (point, file) in enumerate(found, start=len(work) - len(missing)):
        report("fold", done, len(work))
        write_text(file, json.dumps(asdict(point)) + "\n")
    report("done", len(work), len(work))
    return [Point(**json.loads(file.read_text())) for file in files]


def _computed(
    function: Callable[..., Result],
    tasks: Sequence[tuple[tuple[Any, ...], Key]],
    jobs: int,
    scheduler: str | None,
) -> Iterator[tuple[Result, Key]]:
    """Yield each result with its task's key as it is found: in this process, or by an executor's workers."""
    if scheduler is None and (jobs == 1 or len(tasks) < 2):
        for task, key in tasks:
            yield function(*task), key
        return
    with _executor(jobs, scheduler) as executor:
        running = {executor.submit(function, *task): key for task, key in tasks}
        for future in as_completed(running):
            yield future.result(), running[future]


def _digest(task: tuple[Any, ...], sources: str) -> str:
    """Return a digest of everything a point depends on, the resource model included."""
    return hashlib.sha256(f"{task!r} {sources}".encode()).hexdigest()[:12]


def _end_with_parent() -> None:
    """Let a worker end when the exploration is killed: it would wait for work for ever."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler is None:
        # a fresh interpreter per worker: solvers and ONNX hold threads that must not be forked
        context = get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with_parent) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingToolError(
            "--scheduler needs dask.distributed: pip install 'bbcu-fpga[cluster]'"
        ) from error
    with Client(scheduler) as client:
        yield client.get_executor()


def _write(points: list[Point], config: BuildConfig, output: Path) -> Exploration:
    best = front(points)
    result = Exploration(points, best, *(output / f"explore.{kind}" for kind in ("json", "csv", "png")))
    rows = [{**asdict(point), "on_front": point in best} for point in points]
    content = {
        "board": config.board,
        "clock_mhz": config.clock_mhz,
        "frame": config.frame.model_dump(),
        "source": "estimate",
        "device": config.device.resources,
        "points": rows,
    }
    write_text(result.json, json.dumps(content, indent=2) + "\n")
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(result.csv, text.getvalue())
    with atomic_path(result.png) as path:
        draw(points, best, config).savefig(path, format="png", dpi=120)
    return result
