# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`accelerator.json` survives a round trip; a damaged folder is refused with the file's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.runtime.errors import DriverFolderError
from bbcu_fpga.runtime.manifest import FILE_NAME, Manifest
from tests.runtime.conftest import MANIFEST, write_folder


def test_round_trip(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(MANIFEST.dumps())
    assert Manifest.load(tmp_path) == MANIFEST
    assert MANIFEST.frame_bytes == (189, 756)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unreadable; copy the folder again"),
        ("{", "unreadable"),
        ("[]", "has format None, this runtime reads 1"),
        (MANIFEST.dumps().replace('"format": 1', '"format": 2'), "has format 2"),
        (MANIFEST.dumps().replace('"halo"', '"hale"'), "missing or unknown: hale, halo"),
    ],
)
def test_damaged_manifest(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(DriverFolderError, match=message):
        Manifest.load(tmp_path)


def test_missing_and_changed_files(tmp_path: Path) -> None:
    with pytest.raises(DriverFolderError, match="no such file; give the folder"):
        Manifest.load(tmp_path)
    folder = write_folder(tmp_path / "driver")
    with (folder / "doubler.hwh").open("a") as file:
        file.write(" ")
    with pytest.raises(DriverFolderError, match=r"doubler\.hwh: is not the file that was packaged"):
        Manifest.load(folder)
    (folder / "doubler.bit").unlink()
    with pytest.raises(DriverFolderError, match=r"doubler\.bit: is missing"):
        Manifest.load(folder)
