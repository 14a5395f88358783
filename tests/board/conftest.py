# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A build folder that has all that packaging reads, and nothing to simulate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.builder.build_folder import MANIFEST, Build
from tests import convolution_build

BUILD_ID = 0x89AB_CDEF
SHELL = {"build_id": BUILD_ID, "input_bytes": 12 * 10 * 3, "output_bytes": 24 * 20 * 3}


@pytest.fixture
def stand_in_build(tmp_path: Path) -> Build:
    """Return a build for frames of 12 x 10 pixels with a shell."""
    path = tmp_path / "build"
    (path / "shell").mkdir(parents=True)
    (path / MANIFEST).write_text(convolution_build.manifest().model_dump_json())
    (path / "shell" / "shell.json").write_text(json.dumps(SHELL))
    example = path / "hls" / "example"
    example.mkdir(parents=True)
    for name, size in (("input", SHELL["input_bytes"]), ("expected", SHELL["output_bytes"])):
        np.arange(size).astype(np.uint8).tofile(example / f"{name}.raw")
    return Build.open(path)
