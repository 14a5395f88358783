# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The Python for 32-bit Arm is made once, all or nothing; of stand-ins here, really in `make test-board`."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from bbcu_fpga.board import arm
from bbcu_fpga.errors import MissingToolError, VendorToolError

QEMU = '#!/bin/sh\necho "$PYTHONPATH" "$@"\n'


class Machine:
    """Debian's mirrors and PyPI; `broken` names what fails."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.broken = ""

    def apt(self, folder: Path, _: Path, architecture: str | None) -> Machine:
        """Stand for Apt."""
        folder.mkdir()
        self.log.append(f"apt {architecture}")
        return self

    def download(self, suites: Sequence[str], packages: Sequence[str]) -> tuple[str, list[Path]]:
        """Stand for a download."""
        return suites[0], [Path(name) for name in packages]

    def unpack(self, files: Sequence[Path], root: Path, left_out: Sequence[str]) -> None:
        """Stand for the packages: a qemu that shows what it was asked."""
        if self.broken == "packages":
            raise VendorToolError("cannot be unpacked")
        (root / arm._LIBRARIES).mkdir(parents=True)
        (root / "usr/bin").mkdir()
        for file in files:
            if file.name == arm.QEMU:
                program = root / "usr/bin/qemu-arm-static"
                program.write_text(QEMU)
                program.chmod(0o755)

    def pip(self, python: Path, *packages: str, target: Path) -> None:
        """Stand for pip."""
        if self.broken == "pip":
            raise MissingToolError("pip failed")
        self.log.append(f"pip {packages[0]}")
        target.mkdir(exist_ok=True)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine of stand-ins."""
    machine = Machine()
    monkeypatch.setattr(arm, "Apt", machine.apt)
    monkeypatch.setattr(arm, "unpack", machine.unpack)
    monkeypatch.setattr(arm, "pip_install", machine.pip)
    monkeypatch.setattr(arm, "pynq_python", lambda version, folder: folder / version / "bin/python")
    return machine


def test_both_versions_share_what_debian_has(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    for version in ("3.0.1", "3.1.2", "3.0.1"):
        python = arm.arm_python(version, folder)
    assert machine.log == ["apt armhf", "apt None", "pip pynq==3.0.1", "pip pynq==3.1.2"]
    shown = subprocess.run([python, "-c", "x y"], capture_output=True, text=True, check=True).stdout
    debian, version_folder = folder / "armhf/debian", folder / "armhf/3.0.1/bin/.."
    root = f"{version_folder}/../debian/arm"
    assert shown == f"{version_folder}/site -L {root} {root}/usr/bin/python3.11 -c x y\n"
    assert (debian / "arm" / arm._LIBRARIES / "libblas.so.3").is_symlink()
    assert not (debian / "apt").exists()


@pytest.mark.parametrize("broken", ["packages", "pip"])
def test_a_failed_installation_is_made_again(machine: Machine, tmp_path: Path, broken: str) -> None:
    machine.broken = broken
    with pytest.raises((VendorToolError, MissingToolError)):
        arm.arm_python("3.1.2", tmp_path)
    assert not list(tmp_path.glob("armhf/3.1.2*"))
    machine.broken = ""
    assert arm.arm_python("3.1.2", tmp_path).is_file()


def test_the_compiler_is_installed_once(machine: Machine, tmp_path: Path) -> None:
    compilers = [arm.arm_compiler("3.1.2", tmp_path) for _ in range(2)]
    assert compilers[0] == compilers[1]
    assert machine.log == [f"pip {arm.ZIG}"]
    zig = str(tmp_path / "armhf/zig/ziglang/zig")
    assert compilers[0].compile[:2] == (zig, "c++") and compilers[0].archive == (zig, "ar")
    assert "arm-linux-gnueabihf.2.36" in compilers[0].compile
