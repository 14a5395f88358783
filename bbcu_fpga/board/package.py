# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The folder `driver/` of a build: everything that a board needs, to be copied there."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import bbcu_fpga.runtime
from bbcu_fpga.builder.build_folder import HLS_FOLDER, SHELL_FOLDER, Build
from bbcu_fpga.errors import BuildError
from bbcu_fpga.files import atomic_folder
from bbcu_fpga.resources import board_notebook
from bbcu_fpga.runtime.manifest import FILE_NAME, Manifest, file_digest
from bbcu_fpga.runtime.registers import BANKS
from bbcu_fpga.synth.hwh import Clock, render_hwh
from bbcu_fpga.synth.open_tools.bitstream import BITFILE_FOLDER, DESCRIPTION, load_bitstream
from bbcu_fpga.transformation.generate_hls import EXAMPLE_FOLDER
from bbcu_fpga.transformation.generate_shell import DESCRIPTION as SHELL_DESCRIPTION

DRIVER_FOLDER = "driver"
PACKAGE, INSTALL, NOTEBOOK, EXAMPLE = "bbcu_runtime", "install", "restore.ipynb", "example.npz"
_RUNTIME = Path(bbcu_fpga.runtime.__file__).parent
_FILES = Path(__file__).resolve().parent / "files"
# what the runtime is, less what only Python makes of it
_IGNORED = shutil.ignore_patterns("__pycache__")


def package(build: Build, bitstream: Path | None = None, target: Path | None = None) -> Path:
    """Write the driver folder of a build and return it.

    The runtime, `accelerator.json`, a notebook, `install`, and an example frame with the integers that the
    reference makes of it; with a bitstream also that and its .hwh.

    Args:
        build: the build; it must have a shell.
        bitstream: a .bit of this build; None: that of ``BUILD/bitfile``, if there is one.
        target: the folder to write, replaced whole; None: ``BUILD/driver``.

    Raises:
        BuildError: the build has no shell or no example, or the bitstream is missing or of another build or
            shell.
        ConfigError: the board has no clock as slow as the build's.
    """
    manifest = build.manifest
    bitstream = bitstream or _built_bitstream(build)
    target = target or build.path / DRIVER_FOLDER
    with atomic_folder(target) as folder:
        shutil.copytree(_RUNTIME, folder / PACKAGE, ignore=_IGNORED)
        for path in _FILES.iterdir():
            shutil.copy(path, folder / path.name)
        (folder / NOTEBOOK).write_text(_without_outputs(board_notebook()), encoding="utf-8")
        # an installed package may have lost it
        (folder / INSTALL).chmod(0o755)
        files = {}
        if bitstream is not None:
            _copy_bitstream(build, bitstream, folder)
            names = (f"{manifest.name}.bit", f"{manifest.name}.hwh")
            files = {name: file_digest(folder / name) for name in names}
        described = _manifest(build, files)
        (folder / FILE_NAME).write_text(described.dumps(), encoding="utf-8")
        shapes = described.input_shape, described.output_shape
        given, expected = (_example(build, *end) for end in zip(("input", "expected"), shapes, strict=True))
        np.savez(folder / EXAMPLE, input=given, expected=expected)
    return target


def _example(build: Build, name: str, shape: list[int]) -> NDArray[np.uint8]:
    """Return one end of the example that the C++ has, too: uint8 [N, H, W, C]."""
    path = build.path / HLS_FOLDER / EXAMPLE_FOLDER / f"{name}.raw"
    try:
        return np.fromfile(path, dtype=np.uint8).reshape(-1, *shape)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path}: unreadable; build again ({error})") from error


def _without_outputs(path: Path) -> str:
    """Return a notebook as it is before it runs: what it shows is of another build."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None, metadata={})
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _manifest(build: Build, files: dict[str, str]) -> Manifest:
    manifest, shell = build.manifest, _shell(build)
    height, width, scale = manifest.frame_height, manifest.frame_width, manifest.scale
    # a byte per value, so that the bytes of a frame tell its channels
    values_in, values_out = shell["input_bytes"], shell["output_bytes"] // scale**2
    return Manifest(
        name=manifest.name,
        board=manifest.board,
        part=manifest.part,
        # what the board can make of the built clock
        clock_mhz=Clock.at_most(manifest.clock_mhz).mhz,
        input_shape=[height, width, values_in // (height * width)],
        output_shape=[scale * height, scale * width, values_out // (height * width)],
        scale=scale,
        halo=manifest.halo,
        cycles_per_frame=manifest.cycles_bound,
        build_id=shell["build_id"],
        banks=dict(BANKS),
        files=files,
    )


def _shell(build: Build) -> dict[str, int]:
    """Return what the shell of a build was told; raises BuildError if there is none."""
    path = build.path / SHELL_FOLDER / SHELL_DESCRIPTION
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: int(content[name]) for name in ("build_id", "input_bytes", "output_bytes")}
    except FileNotFoundError:
        raise BuildError(f"{path}: no such file: build again, for a board with a Zynq-7000") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{path}: unreadable; build again ({error})") from error


def _built_bitstream(build: Build) -> Path | None:
    """Return the bitstream of ``BUILD/bitfile``; raises BuildError if it is not of this build's shell."""
    folder = build.path / BITFILE_FOLDER
    if (folder / DESCRIPTION).exists():
        return load_bitstream(build)[0]
    # Vivado's flow leaves a .bit of FINN's shell there, whose registers are others
    if any(folder.glob("*.bit")):
        raise BuildError(
            f"{folder}: holds a bitstream of FINN's shell, which FINN's driver package loads; make one for "
            f"this driver with `bbcu-fpga synth {build.path} --tool open`"
        )
    return None


def _copy_bitstream(build: Build, bitstream: Path, folder: Path) -> None:
    """Copy a bitstream and its description, which is always that of the shell."""
    manifest = build.manifest
    if not bitstream.is_file():
        raise BuildError(
            f"{bitstream}: no such file; make it with `bbcu-fpga synth {build.path} --tool open`"
        )
    shutil.copy(bitstream, folder / f"{manifest.name}.bit")
    text = render_hwh(manifest.name, manifest.part, manifest.clock_mhz)
    (folder / f"{manifest.name}.hwh").write_text(text, encoding="utf-8")
