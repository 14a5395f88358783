# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`accelerator.json`: what a folder copied to a board says of the accelerator in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from .errors import DriverFolderError

FILE_NAME = "accelerator.json"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """The accelerator of a driver folder.

    Shapes are [height, width, channels] of one frame, a byte per value. `cycles_per_frame` is the bound that
    the build predicts, `banks` maps a bank of registers to its address, `files` a file to its SHA-256.
    """

    name: str
    board: str
    part: str
    clock_mhz: float
    input_shape: list[int]
    output_shape: list[int]
    scale: int
    halo: int
    cycles_per_frame: int
    build_id: int
    banks: dict[str, int]
    files: dict[str, str]

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of a driver folder and check the files it names.

        Raises:
            DriverFolderError: it is missing, damaged, of another format, or a file is not the one packed.
        """
        path = folder / FILE_NAME
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DriverFolderError(
                f"{path}: no such file; give the folder that `bbcu-fpga board package` wrote"
            ) from None
        except (OSError, ValueError) as error:
            raise DriverFolderError(f"{path}: unreadable; copy the folder again ({error})") from error
        manifest = cls._from_json(path, content)
        for name, expected in manifest.files.items():
            _check_file(folder / name, expected)
        return manifest

    @classmethod
    def _from_json(cls, path: Path, content: Any) -> Manifest:
        found = content.pop("format", None) if isinstance(content, dict) else None
        if found != FORMAT:
            raise DriverFolderError(
                f"{path}: has format {found!r}, this runtime reads {FORMAT}; package the build again"
            )
        names = {field.name for field in fields(cls)}
        if set(content) != names:
            different = ", ".join(sorted(names ^ set(content)))
            raise DriverFolderError(f"{path}: these keys are missing or unknown: {different}; copy it again")
        return cls(**content)

    def dumps(self) -> str:
        """Return the text of the file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2) + "\n"

    @property
    def bitstream(self) -> str:
        """Name of the bitstream; its hardware description has the same stem."""
        return f"{self.name}.bit"

    @property
    def frame_bytes(self) -> tuple[int, int]:
        """Bytes of an input frame and of an output frame."""
        (height, width, channels), (tall, wide, deep) = self.input_shape, self.output_shape
        return height * width * channels, tall * wide * deep


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_file(path: Path, expected: str) -> None:
    if not path.is_file():
        raise DriverFolderError(f"{path}: is missing; copy the folder again")
    if file_digest(path) != expected:
        raise DriverFolderError(f"{path}: is not the file that was packaged with this folder; copy it again")
