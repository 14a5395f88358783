# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One run of a vendor tool: where, with which arguments, and what must be there afterwards."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.errors import VendorToolError

LOG_TAIL = 12
_ERROR_LINE = re.compile(r"^(ERROR|CRITICAL ERROR|FATAL)[: ]", re.MULTILINE)


class Command(BaseModel):
    """A tool run.

    `sources` are the files in `folder` before the first run. Whatever else lies there is a run's and is
    removed before the next, because neither Vivado nor FINN's scripts start over in a used folder.
    `promises` are glob patterns relative to `folder`; after the run each must match a file that is not empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str
    title: str
    folder: Path
    tool: str
    arguments: list[str]
    promises: list[str]
    sources: list[str]

    @property
    def log(self) -> Path:
        """Everything the tool printed."""
        return self.folder / f"{self.tool}_output.log"

    def line(self) -> str:
        """Return the command as a shell takes it."""
        return f"cd {shlex.quote(str(self.folder))} && {shlex.join([self.tool, *self.arguments])}"

    def missing(self) -> list[str]:
        """Return the promises that no file keeps."""
        return [pattern for pattern in self.promises if not self.matches(pattern)]

    def matches(self, pattern: str) -> list[Path]:
        """Return the files that keep a promise; an empty file keeps none."""
        return [path for path in sorted(self.folder.glob(pattern)) if path.is_file() and path.stat().st_size]

    def run(self, program: Path, environment: Mapping[str, str]) -> None:
        """Execute the tool at `program`.

        Raises:
            VendorToolError: it ended with another status than 0, printed an error, or left a promise unkept;
                the message ends with the last lines of its log.
        """
        self._clean()
        with self.log.open("wb") as log:
            done = subprocess.run(
                [str(program), *self.arguments],
                cwd=self.folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            )
        # a failing Tcl command inside a run may leave status 0 behind, and a clean run may write nothing
        text = self.log.read_text(errors="replace")
        if done.returncode != 0:
            raise self._failed(f"{self.tool} ended with status {done.returncode}", text)
        if _ERROR_LINE.search(text):
            raise self._failed(f"{self.tool} reported an error", text)
        if missing := self.missing():
            raise self._failed(f"{self.tool} did not write {', '.join(missing)}", text)

    def _clean(self) -> None:
        sources = set(self.sources)
        for path in sorted(self.folder.rglob("*"), reverse=True):  # what is in a folder before the folder
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif str(path.relative_to(self.folder)) not in sources:
                path.unlink()

    def _failed(self, reason: str, text: str) -> VendorToolError:
        tail = "\n".join(text.splitlines()[-LOG_TAIL:])
        return VendorToolError(
            f"{self.stage}, {self.title}: {reason} in {self.folder}; its log is {self.log}\n{tail}"
        )
