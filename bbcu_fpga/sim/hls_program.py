# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The accelerator's C++ as a program: compiled once per content, run on frames of bytes."""

from __future__ import annotations

import hashlib
import logging
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.errors import BuildError, DeadlockError, SimulationError
from bbcu_fpga.sim.cpp import COMPILE_FLAGS, compile_program

logger = logging.getLogger(__name__)

Frames = NDArray[np.uint8]

_SOURCES = ("testbench.cpp", "accelerator.cpp")
_POLL_SECONDS = 0.2
_DEADLOCK = 3  # EXIT_DEADLOCK of hls/pc/bbcu/fail.h


def compile_accelerator(folder: Path, cache: Path, *, bounded: bool = False) -> Path:
    """Return the program of a generated HLS folder, compiled into `cache` unless it is there already.

    With `bounded` every stream is as deep as in hardware.

    Raises:
        BuildError: the folder is absent or incomplete.
        MissingToolError, SimulatorBuildError: as `compile_program`.
    """
    missing = [name for name in _SOURCES if not (folder / name).is_file()]
    if missing:
        raise BuildError(f"{folder}: lacks {', '.join(missing)}: run `bbcu-fpga build` again")
    program = cache.resolve() / f"accelerator-{_digest(folder, bounded)}"
    if not program.exists():
        logger.info("compiling %s into %s", folder, program)
        compile_program(
            [folder / name for name in _SOURCES],
            program,
            includes=[folder, folder / "pc"],
            defines={"BBCU_BOUNDED": "1"} if bounded else {},
            flags=["-isystem", str(folder / "ap_types")],
        )
    return program


def run_accelerator(
    program: Path,
    frames: Frames,
    shape: tuple[int, ...],
    progress: Callable[[int, int], None] | None = None,
) -> Frames:
    """Send uint8 frames [N, H, W, C] through a program and return what comes out, of shape `shape`.

    `progress` is called with (frames done, frames in all).

    Raises:
        DeadlockError: the program says that all its processes wait.
        SimulationError: it ends otherwise than with status 0, or gives too little or too much.
    """
    with tempfile.TemporaryDirectory(prefix="accelerator-", dir=program.parent) as temporary:
        source, target = Path(temporary) / "input.raw", Path(temporary) / "output.raw"
        source.write_bytes(np.ascontiguousarray(frames).tobytes())
        log = _run(program, source, target, int(np.prod(shape)), len(frames), progress)
        restored = np.fromfile(target, np.uint8)
    if restored.size != np.prod(shape):
        raise SimulationError(f"{program}: gave {restored.size} bytes, expected {np.prod(shape)}: {log}")
    return restored.reshape(shape)


def _run(
    program: Path,
    source: Path,
    target: Path,
    total: int,
    frames: int,
    progress: Callable[[int, int], None] | None,
) -> str:
    """Run the program to its end and return what it wrote on stderr."""
    command = [str(program), str(source), str(target)]
    with tempfile.TemporaryFile("w+", dir=source.parent) as log:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            while process.poll() is None:
                _wait(process)
                if progress is not None and target.exists():
                    progress(target.stat().st_size * frames // total, frames)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        # the command line shows the first line of an error
        text = "; ".join(line.strip() for line in log.read().splitlines())
    if process.returncode:
        kind = DeadlockError if process.returncode == _DEADLOCK else SimulationError
        raise kind(f"{program.name} ended with status {process.returncode}: {text}")
    return text


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _digest(folder: Path, bounded: bool) -> str:
    """Return what identifies a program: the content of all its sources, and its mode."""
    digest = hashlib.sha256(repr((bounded, COMPILE_FLAGS)).encode())
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cpp")):
        digest.update(b"\0" + str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
