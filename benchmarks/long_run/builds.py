# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Many builds in one process: what each leaves behind, and whether it is the same build."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.identity import fingerprint
from benchmarks.long_run.memory import resident_kib
from benchmarks.smallest import smallest_config

HEIGHT, WIDTH = 8, 12


class Footprint(BaseModel):
    """What a process holds after a build that was removed again.

    `files` lie in the folder for temporary files and in the working folder, `build_files` were in the build.
    `build` is its fingerprint: of the manifest, the RTL and the C++.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    handles: int
    processes: int
    threads: int
    files: int
    build_files: int
    build: str
    memory_kib: int

    def leaks(self, earlier: Footprint) -> list[str]:
        """Return what is not as it was; memory is left to the reader, as caches grow."""
        held, before = self.model_dump(), earlier.model_dump()
        return [
            f"{name}: {before[name]}, then {held[name]}"
            for name in held
            if name != "memory_kib" and held[name] != before[name]
        ]


def run_builds(count: int, report: Callable[[Footprint], None]) -> None:
    """Build the smallest network `count` times, each into a new folder that is then removed.

    Temporary files go to a folder of its own for the time. `report` gets the footprint of each build.
    """
    with tempfile.TemporaryDirectory() as folder, _temporary_files_in(Path(folder) / "temporary") as scratch:
        config = smallest_config(Path(folder), HEIGHT, WIDTH)
        for _ in range(count):
            report(_build_once(config, Path(folder) / "build", scratch))


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[Path]:
    """Let this process and those it starts put their temporary files into a new folder."""
    folder.mkdir()
    saved = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = saved[0]
        os.environ.pop("TMPDIR")
        if saved[1] is not None:
            os.environ["TMPDIR"] = saved[1]


def _build_once(config: BuildConfig, folder: Path, scratch: Path) -> Footprint:
    built = build(config, folder)
    digest, files = fingerprint(built), _count_files(folder)
    shutil.rmtree(folder)
    process = psutil.Process()
    return Footprint(
        handles=process.num_fds(),
        processes=len(process.children(recursive=True)),
        threads=threading.active_count(),
        files=_count_files(scratch) + len(list(Path.cwd().iterdir())),
        build_files=files,
        build=digest,
        memory_kib=resident_kib(),
    )


def _count_files(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*"))
