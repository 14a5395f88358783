# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The folder for the board is complete, states what was built, and installs without the internet."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.board.bitstream import stand_in
from bbcu_fpga.board.package import package
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import BoardError, BuildError
from bbcu_fpga.runtime import install
from bbcu_fpga.runtime.manifest import Manifest, file_digest
from bbcu_fpga.runtime.registers import BANKS
from bbcu_fpga.synth.open_tools.bitstream import BITFILE_FOLDER, DESCRIPTION, keep_bitstream
from tests.board.conftest import BUILD_ID


def names(folder: Path) -> set[str]:
    """Return what lies in a folder."""
    return {path.name for path in folder.iterdir()}


def with_bitfile(build: Build) -> Build:
    """Give the build a bitstream, as the open tools leave it."""
    bit = build.path / "routed.bit"
    bit.write_bytes(stand_in("stand_in", build.manifest.part))
    keep_bitstream(build, bit, {})
    return build


def test_without_bitstream(stand_in_build: Build) -> None:
    folder = package(stand_in_build)
    assert folder == stand_in_build.path / "driver"
    written = {"accelerator.json", "bbcu_runtime", "install", "restore.ipynb", "example.npz"}
    assert names(folder) == written
    manifest = Manifest.load(folder)
    expected = {
        "name": "stand_in",
        "board": "Pynq-Z2",
        "part": "xc7z020clg400-1",
        "clock_mhz": 100.0,
        "input_shape": [12, 10, 3],
        "output_shape": [24, 20, 3],
        "scale": 2,
        "halo": 2,
        "cycles_per_frame": 36 * 120,
        "build_id": BUILD_ID,
        "banks": BANKS,
        "files": {},
    }
    assert dataclasses.asdict(manifest) == expected


def test_with_bitstream(stand_in_build: Build) -> None:
    build = with_bitfile(stand_in_build)
    package(build)
    folder = package(build)
    assert names(folder) >= {"stand_in.bit", "stand_in.hwh"}
    assert Manifest.load(folder).files == {
        name: file_digest(folder / name) for name in ("stand_in.bit", "stand_in.hwh")
    }


def test_the_clock_is_one_that_the_board_has(stand_in_build: Build) -> None:
    slower = stand_in_build.manifest.model_copy(update={"clock_mhz": 108.0})
    assert Manifest.load(package(Build(stand_in_build.path, slower))).clock_mhz == 100.0


def test_a_bitstream_of_an_earlier_build_is_refused(stand_in_build: Build) -> None:
    build = with_bitfile(stand_in_build)
    (build.path / "shell" / "new.v").write_text("// changed")
    with pytest.raises(BuildError, match=r"stand_in\.bit: is of an earlier build"):
        package(build)


@pytest.mark.parametrize("name", ["stand_in.bit", "stand_in.hwh"])
def test_a_changed_file_is_refused(stand_in_build: Build, name: str) -> None:
    build = with_bitfile(stand_in_build)
    with (build.path / BITFILE_FOLDER / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(BuildError, match=f"{name}: was changed after it was written"):
        package(build)


def test_a_bitstream_of_finns_shell_is_refused(stand_in_build: Build) -> None:
    (with_bitfile(stand_in_build).path / BITFILE_FOLDER / DESCRIPTION).unlink()
    with pytest.raises(BuildError, match="holds a bitstream of FINN's shell"):
        package(stand_in_build)


def test_refusals(stand_in_build: Build, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"nothing\.bit: no such file"):
        package(stand_in_build, tmp_path / "nothing.bit")
    description = stand_in_build.path / "shell" / "shell.json"
    description.write_text("{}")
    with pytest.raises(BuildError, match=r"shell\.json: unreadable; build again"):
        package(stand_in_build)
    description.unlink()
    with pytest.raises(BuildError, match=r"shell\.json: no such file: build again"):
        package(stand_in_build)
    assert not (stand_in_build.path / "driver").exists()


def test_notebook_is_small_and_uses_what_there_is(stand_in_build: Build) -> None:
    notebook = json.loads((package(stand_in_build) / "restore.ipynb").read_text())
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert 1 <= len(code) <= 5
    for cell in code:
        compile(cell, "restore.ipynb", "exec")
    assert "from bbcu_runtime import Accelerator" in code[0]
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in notebook["cells"])


def test_the_example_is_that_of_the_build(stand_in_build: Build) -> None:
    example = np.load(package(stand_in_build) / "example.npz")
    assert (example["input"].shape, example["expected"].shape) == ((1, 12, 10, 3), (1, 24, 20, 3))
    assert example["expected"].dtype == np.uint8
    np.testing.assert_array_equal(example["input"].ravel(), np.arange(360) % 256)
    (stand_in_build.path / "hls/example/expected.raw").write_bytes(b"short")
    with pytest.raises(BuildError, match=r"expected\.raw: unreadable; build again"):
        package(stand_in_build)


def test_install_copies_the_folder(
    stand_in_build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = package(with_bitfile(stand_in_build))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("XILINX_XRT", "/usr")
    monkeypatch.setenv("BOARD", "Pynq-Z2")
    target = tmp_path / "notebooks" / "here"
    for _ in range(2):
        assert install.install(folder, target) == target
    assert names(target) == names(folder)
    other = tmp_path / "photographs"
    other.mkdir()
    with pytest.raises(BoardError, match="exists and is no driver folder"):
        install.install(folder, other)
    monkeypatch.setenv("BOARD", "Pynq-Z1")
    with pytest.raises(BoardError, match="built for a Pynq-Z2"):
        install.install(folder, target)


def test_install_program_says_what_is_wrong_in_one_line(stand_in_build: Build, tmp_path: Path) -> None:
    folder = package(with_bitfile(stand_in_build))
    (folder / "stand_in.bit").write_bytes(b"")
    # its python3 is this one
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "python3"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = [str(folder / "install"), str(tmp_path / "target")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ") and "stand_in.bit: is not the file that was packaged" in line
    assert not (tmp_path / "target").exists()


def test_stand_in_bitstream_has_the_fields_of_vivados(stand_in_build: Build) -> None:
    data = stand_in("design", "xc7z020clg400-1")
    assert data[:13] == bytes.fromhex("00090ff00ff00ff00ff0000001")
    assert b"7z020clg400\0c" in data
