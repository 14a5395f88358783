# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The record of a build: which steps are done, from what, and the checksums of what they wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from bbcu_fpga.errors import BuildError
from bbcu_fpga.files import write_text

RECORD = "steps.json"


class _Step(BaseModel):
    """A step that is done: the digest of its inputs, and SHA-256 of each file by its path in the folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    files: dict[str, str]


class _Steps(RootModel[dict[str, _Step]]):
    """Steps by name, as in the file."""


class StepRecord:
    """The steps of one build folder; a damaged record is an empty one, so that everything is done again."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / RECORD
        try:
            self._steps = _Steps.model_validate_json(self._path.read_text(encoding="utf-8")).root
        except (OSError, UnicodeDecodeError, ValidationError):
            self._steps = {}

    def is_done(self, step: str, key: str) -> bool:
        """Tell whether a step was done with these inputs, and what it wrote is still there, unchanged."""
        done = self._steps.get(step)
        return done is not None and done.key == key and not self._changed(done)

    def mark(self, step: str, key: str, artefacts: Iterable[Path]) -> None:
        """Record a step that is done, with every file of its artefacts (files or folders)."""
        files = [file for path in artefacts for file in (path, *sorted(path.rglob("*"))) if file.is_file()]
        checksums = {str(file.relative_to(self._folder)): _sha256(file) for file in files}
        self._steps[step] = _Step(key=key, files=checksums)
        write_text(self._path, _Steps(self._steps).model_dump_json(indent=2) + "\n")

    def check(self) -> None:
        """Raise BuildError naming a file that a step wrote and that is another now; others do not matter."""
        changed = [name for step in self._steps.values() for name in self._changed(step)]
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            raise BuildError(
                f"{self._folder / changed[0]}{more}: changed since the build; keep a copy if you need "
                f"it, then run `bbcu-fpga build CONFIG --output {self._folder}`, which writes it again"
            )

    def _changed(self, step: _Step) -> list[str]:
        return [name for name, checksum in step.files.items() if _sha256(self._folder / name) != checksum]


def create_record(folder: Path) -> None:
    """Mark an empty folder as a build folder."""
    write_text(folder / RECORD, json.dumps({}) + "\n")


def _sha256(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
