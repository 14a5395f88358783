# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What an installed wheel holds, and what its core needs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bbcu_fpga.resources import board_notebook, build_configs_dir, rtl_dir

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and return the folder it was unpacked into."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*command, str(PROJECT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def files(folder: Path, pattern: str) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.glob(pattern)}


def test_wheel_holds_rtl_configurations_checkpoints_and_templates(installed: Path) -> None:
    data = installed / "bbcu_fpga" / "_data"
    assert files(data / "rtl", "*.sv") == files(rtl_dir(), "*.sv") != {}
    assert files(data / "build_configs", "*.yaml") == files(build_configs_dir(), "*.yaml") != {}
    checkpoints = installed / "brevitas_models" / "checkpoints"
    assert {"tiny.pt", "tiny.json"} <= set(files(checkpoints, "*"))
    for template in (PROJECT / "bbcu_fpga").rglob("*.j2"):
        assert (installed / template.relative_to(PROJECT)).is_file()
    assert not (installed / "tests").exists()


def test_installed_resources_are_found(installed: Path, tmp_path: Path) -> None:
    found = "r.rtl_dir(), r.build_configs_dir(), r.board_notebook()"
    code = f"from bbcu_fpga import resources as r; print({found}, sep='\\n')"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    data = installed / "bbcu_fpga" / "_data"
    notebook = data / "notebooks" / board_notebook().name
    assert done.stdout.splitlines() == [str(data / "rtl"), str(data / "build_configs"), str(notebook)]
    assert notebook.read_bytes() == board_notebook().read_bytes()


def test_core_needs_only_numpy() -> None:
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition('.')[0]
        if top not in sys.stdlib_module_names and top not in ('numpy', 'bbcu_fpga'):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
import bbcu_fpga.errors, bbcu_fpga.files, bbcu_fpga.numerics, bbcu_fpga.resources
"""
    subprocess.run([sys.executable, "-c", code], check=True)
