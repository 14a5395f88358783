# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Virtual environments with the pynq of the boards' images: it needs another NumPy than the compiler."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from pathlib import Path

from bbcu_fpga.errors import MissingToolError
from bbcu_fpga.files import atomic_path

logger = logging.getLogger(__name__)

VERSIONS = ("3.0.1", "3.1.2")
"""Of the images v3.0.1 and v3.1 for the PYNQ-Z2; pynq 4 no longer supports Zynq-7000."""
INTERPRETER = "python3.11"
JUPYTER = ("ipykernel>=6.29,<8", "pillow>=11")
"""What a notebook needs beside pynq; a board's image has it."""
_READY = "ready"
_LAST_LINES = 5


def default_folder() -> Path:
    """Return the user's cache folder for the environments (XDG_CACHE_HOME, or ~/.cache)."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "bbcu-fpga" / "pynq"


def check_version(version: str) -> None:
    """Raise MissingToolError unless the simulated board knows this version of pynq."""
    if version not in VERSIONS:
        raise MissingToolError(f"pynq {version}: the simulated board is for pynq {' and '.join(VERSIONS)}")


def pynq_python(version: str, folder: Path, *, jupyter: bool = False) -> Path:
    """Return the interpreter of an environment with pynq `version`; made at first use, from PyPI.

    Args:
        version: one of VERSIONS.
        folder: where the environments are kept.
        jupyter: an environment of its own, in which notebooks run.

    Raises:
        MissingToolError: Python 3.11 is missing, or pip cannot install pynq.
    """
    check_version(version)
    environment = folder / (f"{version}-jupyter" if jupyter else version)
    python = environment / "bin" / "python"
    if (environment / _READY).exists():
        return python
    interpreter = shutil.which(INTERPRETER)
    if interpreter is None:
        raise MissingToolError(f"{INTERPRETER} is missing: pynq {version} was tried with it only")
    logger.info("installing pynq %s in %s", version, environment)
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)
    _run([interpreter, "-m", "venv", str(environment)])
    pip_install(python, f"pynq=={version}", "pycparser<3", "numpy<2", *(JUPYTER if jupyter else ()))
    # last: an interrupted installation is made again
    with atomic_path(environment / _READY):
        return python


def pip_install(python: Path, *packages: str, target: Path | None = None) -> None:
    """Install packages beside an interpreter, or into a folder without what they need.

    Raises MissingToolError with the end of pip's messages.
    """
    elsewhere = ["--no-deps", "--target", str(target)] if target else []
    options = ["--disable-pip-version-check", "--quiet", *elsewhere]
    _run([str(python), "-m", "pip", "install", *options, *packages])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-_LAST_LINES:])
        raise MissingToolError(f"`{' '.join(command)}` failed (it needs PyPI):\n{tail}")
