# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The make targets: a bare `make` helps, and missing prerequisites are named before anything is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def make(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run make in the project, with only the programs of `path` if given."""
    program = shutil.which("make")
    assert program is not None
    environment = {"PATH": str(path)} if path else None
    command = [program, "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


def test_bare_make_explains_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    result = make()
    assert result.returncode == 0
    assert set(phony[1].split()) <= set(re.findall(r"make ([a-z-]+)", result.stdout))


@pytest.mark.parametrize("absent", ["g++", "perl", "git", "python3.11"])
def test_missing_prerequisite_is_named(tmp_path: Path, absent: str) -> None:
    programs = {name: shutil.which(name) for name in ("g++", "perl", "git", "make")}
    # the interpreter itself, because the one of a virtual environment has no venv module of its own
    programs["python3.11"] = str(Path(sys.executable).resolve())
    for name in programs.keys() - {absent}:
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {programs[name]} "$@"\n')
        (tmp_path / name).chmod(0o755)
    result = make("prerequisites", path=tmp_path)
    assert result.returncode != 0
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("missing: ")]
    assert f"apt install {absent}" in line


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    lines = [line for line in (PROJECT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
