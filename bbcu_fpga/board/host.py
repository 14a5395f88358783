# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Start a program on the simulated board, in a process that has the real pynq and nothing of the compiler."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bbcu_fpga.errors import SimulationError

logger = logging.getLogger(__name__)

MODEL = Path(__file__).resolve().parent / "model"
MODEL_PACKAGE = "simulated_board"
LOG_FILE = "board.log"
# a program that polls so often waits for something that never comes
ACCESS_LIMIT = 1_000_000
_LAST_LINES = 15


@dataclass(frozen=True)
class SimulatedBoard:
    """A board with a design in it.

    Args:
        python: an interpreter with pynq.
        library: made by `compile_library`.
        data_dir: folder of the design's memory files.
        clock_mhz: what the design was built for.
        access_limit: accesses to registers after which the program is taken to hang.
    """

    python: Path
    library: Path
    data_dir: Path
    clock_mhz: float
    access_limit: int = ACCESS_LIMIT

    def run(self, work: Path, program: Path, *arguments: str | Path) -> str:
        """Run a program that was written for a board, with `work` as its current folder; return its output.

        Raises:
            SimulationError: it ended with an error; the message has its last line, and the log's place.
        """
        return _run(self.command(work, program, *arguments), work)

    def command(self, work: Path, program: Path, *arguments: str | Path) -> list[str]:
        """Put the model of the board into `work`; return what runs the program there, in `environment()`."""
        shutil.copytree(MODEL, work / MODEL_PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        settings = {
            "library": str(self.library.resolve()),
            "data_dir": str(self.data_dir.resolve()),
            "clock_mhz": self.clock_mhz,
            "access_limit": self.access_limit,
        }
        (work / "board.json").write_text(json.dumps(settings))
        command = [self.python, "-m", MODEL_PACKAGE, "board.json", program.resolve(), *arguments]
        return [str(part) for part in command]


def environment() -> dict[str, str]:
    """Return this process's environment without what would let packages of the compiler be found."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**inherited, "PYTHONDONTWRITEBYTECODE": "1"}


def _run(command: Sequence[str], work: Path) -> str:
    done = subprocess.run(
        command, cwd=work, env=environment(), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    (work / LOG_FILE).write_text(done.stdout + done.stderr)
    if done.returncode:
        tail = done.stderr.splitlines()[-_LAST_LINES:]
        reason = tail[-1] if tail else f"status {done.returncode}"
        more = "\n".join(tail)
        raise SimulationError(f"the program failed on the simulated board: {reason}\n{more}")
    return done.stdout
