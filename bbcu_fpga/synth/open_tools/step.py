# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One run of an open tool in a folder of its own, kept under the hash of everything that went into it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bbcu_fpga.errors import BuildError
from bbcu_fpga.files import locked, write_text
from bbcu_fpga.synth.commands import Command
from bbcu_fpga.synth.open_tools.root import OpenTools

_DONE = "done"


@dataclass(frozen=True)
class Step:
    """A run: `files` are put into its folder under their names, `outputs` must be there afterwards.

    `version` stands for the program and whatever it reads beside `files`. The folder is called `name`, or
    else by the key, so that results of other inputs stay beside it.
    """

    title: str
    tool: str
    version: str
    arguments: tuple[str, ...]
    files: Mapping[str, Path | str]
    outputs: tuple[str, ...]
    name: str | None = None

    def key(self) -> str:
        """Return the digest of the program's version, its arguments and all its inputs."""
        digest = hashlib.sha256("\0".join((self.tool, self.version, *self.arguments)).encode())
        for name, content in sorted(self.files.items()):
            data = content.read_bytes() if isinstance(content, Path) else content.encode()
            digest.update(f"\0{name}\0".encode() + hashlib.sha256(data).digest())
        return digest.hexdigest()[:32]

    def command(self, folder: Path) -> Command:
        """Return the tool run in `folder`."""
        return Command(
            stage=self.tool,
            title=self.title,
            folder=folder,
            tool=self.tool,
            arguments=list(self.arguments),
            promises=list(self.outputs),
            sources=list(self.files),
        )

    def is_done(self, cache: Path) -> bool:
        """Tell whether a finished run with the same inputs is in `cache`."""
        key = self.key()
        return self._finished(cache.resolve() / (self.name or key), key)

    def run(self, tools: OpenTools, cache: Path) -> Path:
        """Run unless a finished run with the same inputs is in `cache`; return the folder of the outputs.

        A run that was interrupted or failed starts over. Processes that want the same run wait for one.

        Raises:
            MissingToolError: the tool is not there.
            VendorToolError: it failed or did not write an output; its folder and log stay.
        """
        program = tools.find(self.tool)
        key = self.key()
        folder = cache.resolve() / (self.name or key)
        command = self.command(folder)
        lock = folder.with_suffix(".lock")  # the folder itself is made anew
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
        with locked(lock, wait=True):
            if self._finished(folder, key):
                return folder
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name, content in self.files.items():
                if isinstance(content, Path):
                    shutil.copyfile(content, folder / name)
                else:
                    (folder / name).write_text(content)
            command.run(program, tools.environment())
            write_text(folder / _DONE, key)
        return folder

    def _finished(self, folder: Path, key: str) -> bool:
        return _read(folder / _DONE) == key and not self.command(folder).missing()


def by_name(paths: Sequence[Path]) -> dict[str, Path | str]:
    """Return the files by their names; raises BuildError for one that is missing or two of one name."""
    named: dict[str, Path | str] = {}
    for path in paths:
        if not path.is_file():
            raise BuildError(f"{path}: no such file")
        if named.get(path.name, path) != path:
            raise BuildError(f"{path} and {named[path.name]} have the same name; rename one")
        named[path.name] = path
    return named


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
