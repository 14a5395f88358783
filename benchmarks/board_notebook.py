# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Execute the board's notebook, unchanged, on the simulated PYNQ-Z2, and keep what it shows.

Example: python -m benchmarks.board_notebook BUILD photograph.png
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import nbformat
import typer
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

import bbcu_fpga.board
from bbcu_fpga.board.environment import VERSIONS, default_folder, pynq_python
from bbcu_fpga.board.host import SimulatedBoard, environment
from bbcu_fpga.board.library import compile_library
from bbcu_fpga.board.package import NOTEBOOK
from bbcu_fpga.board.simulate import package_for_simulation
from bbcu_fpga.builder.build_folder import RTL_FOLDER, Build
from bbcu_fpga.files import write_text
from bbcu_fpga.resources import board_notebook
from bbcu_fpga.transformation.generate_shell import SYSTEM

KERNEL = Path(bbcu_fpga.board.__file__).with_name("kernel.py")
_NAME = "simulated-board"
_SCRIPT = "application/javascript"
_SECONDS = 3600  # of one cell


def execute_on(board: SimulatedBoard, build: Build, picture: Path, folder: Path) -> nbformat.NotebookNode:
    """Return the notebook of a driver folder, executed in that folder, which is made as `folder`.

    Args:
        board: with an environment for Jupyter.
        build: what is packaged.
        picture: becomes ``picture.png``.
        folder: for the driver; its own folder exists, it does not.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    package_for_simulation(build, folder)
    shutil.copy(picture, folder / "picture.png")
    command = board.command(folder, KERNEL, "-f", "{connection_file}")
    spec = {"argv": command, "display_name": "Simulated PYNQ-Z2", "language": "python"}
    with tempfile.TemporaryDirectory(prefix="kernels-") as kernels:
        (Path(kernels) / _NAME).mkdir()
        (Path(kernels) / _NAME / "kernel.json").write_text(json.dumps(spec))
        specs = KernelSpecManager(kernel_dirs=[kernels], ensure_native_kernel=False)
        manager = AsyncKernelManager(kernel_name=_NAME, kernel_spec_manager=specs)
        notebook = nbformat.read(folder / NOTEBOOK, as_version=4)
        client = NotebookClient(notebook, timeout=_SECONDS, km=manager)
        client.execute(env=environment(), cwd=str(folder))
    return notebook


def main(
    build: Annotated[
        Path, typer.Argument(help="Build folder; of a small frame, since every clock is simulated.")
    ],
    picture: Annotated[Path, typer.Argument(help="Picture to restore, of the frame's size or larger.")],
    version: Annotated[str, typer.Option(help="Of pynq.")] = VERSIONS[-1],
) -> None:
    """Execute the notebook with a build and write it back with its outputs."""
    opened = Build.open(build)
    python = pynq_python(version, default_folder(), jupyter=True)
    library = compile_library(SYSTEM, opened.system_sources(), build / "simulation" / "board")
    board = SimulatedBoard(python, library, build / RTL_FOLDER, opened.manifest.clock_mhz)
    with tempfile.TemporaryDirectory(prefix="notebook-") as temporary:
        notebook = execute_on(board, opened, picture, Path(temporary) / "driver")
    for cell in notebook.cells:
        cell.metadata = {}  # when each cell ran
        # pynq's, for the editor of a notebook
        outputs = [output for output in cell.get("outputs", []) if _SCRIPT not in output.get("data", {})]
        cell.update({"outputs": outputs} if "outputs" in cell else {})
    write_text(board_notebook(), nbformat.writes(notebook) + "\n")


if __name__ == "__main__":
    typer.run(main)
