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


PACKAGES = {"tclsh": "tcl"}  # the others are called as their package


def write_program(path: Path, body: str) -> None:
    """Write an executable shell script."""
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


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
    internal = {"environment"}
    assert set(phony[1].split()) - internal <= set(re.findall(r"make ([a-z-]+)", result.stdout))


@pytest.mark.parametrize("absent", ["g++", "perl", "git", "tclsh", "python3.11"])
def test_missing_prerequisite_is_named(tmp_path: Path, absent: str) -> None:
    programs = {name: shutil.which(name) for name in ("g++", "perl", "git", "make", "tclsh")}
    # the interpreter itself, because the one of a virtual environment has no venv module of its own
    programs["python3.11"] = str(Path(sys.executable).resolve())
    for name in programs.keys() - {absent}:
        write_program(tmp_path / name, f'exec {programs[name]} "$@"')
    result = make("prerequisites", path=tmp_path)
    assert result.returncode != 0
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("missing: ")]
    assert f"apt install {PACKAGES.get(absent, absent)}" in line


def test_root_gets_missing_prerequisites_installed(tmp_path: Path) -> None:
    for name in ("g++", "perl", "git", "make"):
        write_program(tmp_path / name, f'exec {shutil.which(name)} "$@"')
    write_program(tmp_path / "python3.11", f'exec {Path(sys.executable).resolve()} "$@"')
    write_program(tmp_path / "id", "echo 0")
    write_program(tmp_path / "apt-get", f'echo "$@" >> {tmp_path}/calls')
    result = make("prerequisites", path=tmp_path)
    assert result.returncode == 0, result.stderr
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls == ["update", "install --yes --no-install-recommends tcl"]


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    lines = [line for line in (PROJECT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
