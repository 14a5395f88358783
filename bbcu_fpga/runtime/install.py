# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Put a driver folder where the notebooks of a board are: ``python3 -m bbcu_runtime.install [TARGET]``.

Nothing is downloaded: the runtime lies in the folder, pynq and NumPy in the board's image.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .errors import BoardError, DriverFolderError
from .manifest import Manifest
from .overlay import check_machine

NOTEBOOKS = Path("/home/xilinx/jupyter_notebooks")


def install(folder: Path, target: Path | None = None) -> Path:
    """Check the folder and this machine, copy the folder, and return where it is now.

    Args:
        folder: what `bbcu-fpga board package` wrote.
        target: folder to make; None: of the accelerator's name, among the board's notebooks.

    Raises:
        DriverFolderError: the folder is damaged, or the target exists and is something else.
        BoardSetupError: this machine cannot load it.
    """
    manifest = Manifest.load(folder)
    check_machine(manifest.board)
    target = target or NOTEBOOKS / manifest.name
    if target.exists():
        # only a folder of this kind may be replaced
        if not (target / "accelerator.json").is_file():
            raise DriverFolderError(f"{target}: exists and is no driver folder; name another one")
        shutil.rmtree(target)
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def main(arguments: list[str]) -> int:
    """Install the folder that this package lies in; return the exit status."""
    folder = Path(__file__).resolve().parent.parent
    try:
        target = install(folder, Path(arguments[0]) if arguments else None)
    except (BoardError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(f"installed in {target}: open restore.ipynb there with the board's Jupyter\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
