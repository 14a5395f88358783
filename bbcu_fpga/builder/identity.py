# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What tells one build from another, and reports that must be of the build they lie in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self, TypeVar

from pydantic import ValidationError

from bbcu_fpga.builder.build_folder import HLS_FOLDER, RTL_FOLDER, Build
from bbcu_fpga.errors import BuildError


def fingerprint(build: Build) -> str:
    """Return what identifies a build: the SHA-256 of its manifest and of every file of its RTL and C++."""
    digest = hashlib.sha256(build.manifest.model_dump_json().encode())
    folders = [build.path / name for name in (RTL_FOLDER, HLS_FOLDER)]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def unchanged(build: Build, digest: Callable[[Build], str] = fingerprint) -> Iterator[str]:
    """Give the `digest` of a build, and raise BuildError if it is another one at the end."""
    before = digest(build)
    yield before
    if digest(build) != before:
        raise BuildError(f"{build.path}: was built anew meanwhile, by another command: run this one again")


class _OfBuild(Protocol):
    """A report that says of which build it is."""

    @property
    def build(self) -> str: ...

    @classmethod
    def model_validate_json(cls, json_data: str) -> Self: ...


_Report = TypeVar("_Report", bound=_OfBuild)


def read_of_build(build: Build, path: Path, kind: type[_Report], title: str, command: str) -> _Report | None:
    """Return a report of a build, or None where there is none.

    Args:
        build: the build that the report must be of.
        path: of its file.
        kind: of the report; its `build` is a fingerprint.
        title: what messages call it.
        command: what writes it.

    Raises:
        BuildError: the file is another, damaged, or of an earlier build.
    """
    if not path.exists():
        return None
    try:
        report = kind.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise BuildError(f"{path}: not {title}: run `{command}` again ({error})") from error
    if report.build != fingerprint(build):
        raise BuildError(f"{path}: is of an earlier build: run `{command}` again")
    return report
