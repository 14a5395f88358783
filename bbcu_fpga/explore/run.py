# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Explore foldings and networks: points in parallel, kept one by one, then a front, a table and a picture."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bbcu_fpga.builder.build import hardware_graph, sources_digest
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.errors import ConfigError, MissingToolError
from bbcu_fpga.explore.chart import draw
from bbcu_fpga.explore.points import RESOURCES, Point, bounds, evaluate, front
from bbcu_fpga.files import atomic_path, write_text

Progress = Callable[[str, int, int], None]
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
        jobs: worker processes on this machine.
        scheduler: address of a Dask scheduler whose workers compute instead; they need bbcu-fpga, too.
        progress: called with (what, done, total).

    Raises:
        ConfigError: two networks of one name, or an unknown network.
        MissingToolError: `scheduler` is given, but dask.distributed is not installed.
        ModelError, CheckpointError: a network cannot be compiled.
    """
    report = progress or (lambda *_: None)
    graphs = {}
    for number, model in enumerate(models):
        report(f"compile {model}", number, len(models))
        settings = config.override(model=model)
        name = Path(model).stem
        if name in graphs:
            raise ConfigError(f"two networks are called {name}: rename one of the files")
        graphs[name] = hardware_graph(settings, output / "networks" / name).read_bytes()
    device = Resources(**config.device.resources)
    work = [
        (name, graph, cycles, config.clock_mhz, device)
        for name, graph in graphs.items()
        for cycles in bounds(graph)
    ]
    points = _evaluate(work, output / "points", jobs, scheduler, report)
    return _write(points, config, output)


def _evaluate(
    work: list[tuple[Any, ...]], folder: Path, jobs: int, scheduler: str | None, report: Progress
) -> list[Point]:
    """Evaluate what is not in `folder` yet."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = sources_digest()
    files = [folder / f"{task[0]}_{task[2]}_{_digest(task, sources)}.json" for task in work]
    missing = [(task, file) for task, file in zip(work, files, strict=True) if not file.exists()]
    for done, (file, point) in enumerate(_computed(missing, jobs, scheduler), start=len(work) - len(missing)):
        report("fold", done, len(work))
        write_text(file, json.dumps(asdict(point)) + "\n")
    report("done", len(work), len(work))
    return [Point(**json.loads(file.read_text())) for file in files]


def _computed(
    missing: list[tuple[tuple[Any, ...], Path]], jobs: int, scheduler: str | None
) -> Iterator[tuple[Path, Point]]:
    """Yield each file with its point as it is found: in this process, or by an executor's workers."""
    if scheduler is None and jobs == 1:
        for task, file in missing:
            yield file, evaluate(*task)
        return
    with _executor(jobs, scheduler) as executor:
        running: dict[Future[Point], Path] = {
            executor.submit(evaluate, *task): file for task, file in missing
        }
        for future in as_completed(running):
            yield running[future], future.result()


def _digest(task: tuple[Any, ...], sources: str) -> str:
    """Return a digest of everything a point depends on, the resource model included."""
    return hashlib.sha256(f"{task!r} {sources}".encode()).hexdigest()[:12]


@contextmanager
def _executor(jobs: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler is None:
        # a fresh interpreter per worker: solvers and ONNX hold threads that must not be forked
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
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
