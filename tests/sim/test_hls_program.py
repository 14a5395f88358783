# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The C++ program of an accelerator: compiled once per content and mode, and how its ends are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.errors import BuildError, DeadlockError, SimulationError
from bbcu_fpga.sim import hls_program
from bbcu_fpga.sim.hls_program import compile_accelerator, run_accelerator

FRAMES = np.arange(2 * 3 * 4 * 3, dtype=np.uint8).reshape(2, 3, 4, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that a program depends on."""
    (tmp_path / "hls/bbcu").mkdir(parents=True)
    for name in ("testbench.cpp", "accelerator.cpp", "bbcu/threshold.h"):
        (tmp_path / "hls" / name).touch()
    return tmp_path / "hls"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Replace the compiler by one that makes empty programs; return the macros of each compilation."""
    calls: list[dict[str, str]] = []

    def compile_program(
        sources: Sequence[Path], target: Path, *, defines: Mapping[str, str], **_: object
    ) -> Path:
        assert all(path.is_file() for path in sources)
        calls.append(dict(defines))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
        return target

    monkeypatch.setattr(hls_program, "compile_program", compile_program)
    return calls


def test_a_program_is_compiled_once(folder: Path, tmp_path: Path, compiled: list[dict[str, str]]) -> None:
    first = compile_accelerator(folder, tmp_path / "cache")
    assert compile_accelerator(folder, tmp_path / "cache") == first
    assert compiled == [{}]


def test_a_bounded_program_is_another(folder: Path, tmp_path: Path, compiled: list[dict[str, str]]) -> None:
    programs = {compile_accelerator(folder, tmp_path / "cache", bounded=bounded) for bounded in (False, True)}
    assert len(programs) == 2
    assert compiled == [{}, {"BBCU_BOUNDED": "1"}]


@pytest.mark.parametrize("name", ["accelerator.cpp", "bbcu/threshold.h", "new.h"])
def test_a_changed_source_is_another_program(
    folder: Path, tmp_path: Path, compiled: list[dict[str, str]], name: str
) -> None:
    first = compile_accelerator(folder, tmp_path / "cache")
    (folder / name).write_text("// changed\n")
    assert compile_accelerator(folder, tmp_path / "cache") != first
    assert compiled == [{}, {}]


def test_a_build_without_cpp_is_to_be_built_again(folder: Path, tmp_path: Path) -> None:
    (folder / "accelerator.cpp").unlink()
    with pytest.raises(BuildError, match="hls: lacks accelerator.cpp: run `bbcu-fpga build` again"):
        compile_accelerator(folder, tmp_path / "cache")


def program(folder: Path, script: str) -> Path:
    """Return a program that stands in for the accelerator: $1 is its input, $2 its output."""
    path = folder / "accelerator"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_frames_go_through_the_program(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    copy = program(tmp_path, 'cat "$1" > "$2"; sleep 0.3')
    restored = run_accelerator(copy, FRAMES, FRAMES.shape, lambda *progress: seen.append(progress))
    np.testing.assert_array_equal(restored, FRAMES)
    assert seen[-1] == (2, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["accelerator"]


def test_a_deadlock_is_told_in_one_line(tmp_path: Path) -> None:
    stuck = program(tmp_path, "echo 'deadlock: no process can go on' >&2; echo '  a: waits' >&2; exit 3")
    with pytest.raises(DeadlockError, match="status 3: deadlock: no process can go on; a: waits$"):
        run_accelerator(stuck, FRAMES, FRAMES.shape)


def test_another_end_is_no_deadlock(tmp_path: Path) -> None:
    misused = program(tmp_path, "echo 'stream x: 3 words are left at the end of the frame' >&2; exit 4")
    with pytest.raises(SimulationError, match="status 4: stream x: 3 words are left") as caught:
        run_accelerator(misused, FRAMES, FRAMES.shape)
    assert not isinstance(caught.value, DeadlockError)


@pytest.mark.parametrize("script", ['head -c 71 "$1" > "$2"', 'cat "$1" "$1" > "$2"'])
def test_too_little_and_too_much_are_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(SimulationError, match=r"gave (71|144) bytes, expected 72"):
        run_accelerator(program(tmp_path, script), FRAMES, FRAMES.shape)
