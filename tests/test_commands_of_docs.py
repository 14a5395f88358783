# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The commands of README and documentation do what they say: each is run once, in the order of the pages.

Folders of pictures stand for the datasets, and trainings stop after two steps. `make test-slow` runs most,
`make test-synth` those of the open tools and `make test-board` those of the board.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import skimage

from bbcu_fpga.images import save_image
from bbcu_fpga.resources import build_configs_dir
from tests.test_docs import shell_commands

PICTURES = ("coffee", "astronaut", "chelsea")
TRAINED_ON, MEASURED_ON = ("BSDS500/test", "DIV2K", "PICTURES"), ("Set5", "classic5", "LOL/eval15/high")
LIST = "BSDS500/CBSD68.txt"
NAMES = {"BUILD": "build/pynq_z2_tiny", "CONFIG": "build_configs/pynq_z2_tiny.yaml", "NAME": "body_0_mvu"}
OPEN_TOOLS = ("tools", "synth", "board package")
# of an option that is given twice the last counts
SHORTER = "--steps 2 --epoch-steps 2 --batch 2 --patch 32 --devices 1 --strategy auto --workers 0"
NEEDS_VIVADO = "build build_configs/pynq_z2_tiny.yaml --flow vivado"


def arguments(text: str) -> str:
    """Return what follows the program's name, with the placeholders filled in."""
    return " ".join(NAMES.get(word, word) for word in text.split()[1:])


def marks(command: str) -> list[pytest.MarkDecorator]:
    """Return the marks of what a command needs."""
    if command.startswith("board simulate"):
        return [pytest.mark.slow, pytest.mark.board]
    if command.startswith(OPEN_TOOLS) or "netlist" in command:
        return [pytest.mark.slow, pytest.mark.open_tools]
    return [pytest.mark.slow]


COMMANDS = dict.fromkeys(arguments(text) for _, text in shell_commands())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the pages take for granted: pictures, configurations, and a build."""
    folder = tmp_path_factory.mktemp("user")
    shutil.copytree(build_configs_dir(), folder / "build_configs")
    shutil.copy(build_configs_dir() / "pynq_z2_tiny.yaml", folder / "mine.yaml")
    for name in PICTURES:
        picture = getattr(skimage.data, name)()
        for dataset in TRAINED_ON:
            save_image(existing(folder / dataset) / f"left_{name}.png", picture[:192, :192])
        for dataset in (*MEASURED_ON, "LOL/eval15/low"):
            dark = picture // 4 if "low" in dataset else picture
            save_image(existing(folder / dataset) / f"right_{name}.png", dark[-192:, -192:])
    (folder / LIST).write_text("".join(f"test/left_{name}.png\n" for name in PICTURES))
    shutil.copy(folder / "Set5" / "right_coffee.png", folder / "photograph.png")
    done = run("build build_configs/pynq_z2_tiny.yaml", folder)
    assert done.returncode == 0, done.stderr
    return folder


def existing(folder: Path) -> Path:
    """Return a folder that is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run bbcu-fpga in a folder."""
    words = [sys.executable, "-m", "bbcu_fpga", *shlex.split(command)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=3000)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("command", [pytest.param(command, marks=marks(command)) for command in COMMANDS])
def test_it_runs(command: str, workspace: Path) -> None:
    if command == NEEDS_VIVADO and shutil.which("vivado"):
        pytest.skip("Vivado would take hours")
    is_training = command.startswith("train ") and "--list" not in command
    done = run(f"{command} {SHORTER}" if is_training else command, workspace)
    if command == NEEDS_VIVADO:
        assert done.returncode == 1 and "vivado" in done.stderr, done.stderr
        return
    assert done.returncode == 0, done.stdout + done.stderr
