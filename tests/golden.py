# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Golden files: generated texts as they were accepted.

Run tests with BBCU_REFRESH_GOLDEN=1 to accept a change; the difference of the golden files is the review.
"""

from __future__ import annotations

import difflib
import os
import shutil
from pathlib import Path

import pytest

VARIABLE = "BBCU_REFRESH_GOLDEN"


def compare(actual: dict[str, str], folder: Path) -> None:
    """Fail with a difference unless the golden folder holds exactly these texts."""
    if os.environ.get(VARIABLE) == "1":
        shutil.rmtree(folder, ignore_errors=True)
        for name, text in actual.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    golden = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    difference = [
        line
        for name in sorted(actual.keys() | golden.keys())
        for line in difflib.unified_diff(
            golden.get(name, "").splitlines(),
            actual.get(name, "").splitlines(),
            f"golden/{name}",
            name,
            "",
            "",
            1,
        )
    ]
    if difference:
        pytest.fail(
            "\n".join([*difference, f"if this is wanted: run again with {VARIABLE}=1"]), pytrace=False
        )
