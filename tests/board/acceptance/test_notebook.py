# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The notebook that a driver folder ships runs unchanged on the simulated board, and shows what is right."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bbcu_fpga.board.environment import VERSIONS, default_folder, pynq_python
from bbcu_fpga.board.host import SimulatedBoard
from bbcu_fpga.builder.build_folder import HLS_FOLDER, Build
from bbcu_fpga.images import save_image
from benchmarks.board_notebook import execute_on
from tests.board.acceptance.conftest import ACCESS_LIMIT, CLOCK_MHZ

pytestmark = [pytest.mark.board, pytest.mark.slow]

PICTURE = np.random.default_rng(6).integers(0, 256, (17, 20, 3), dtype=np.uint8)


@pytest.fixture
def jupyter_board(small_build: Build, library: Path) -> SimulatedBoard:
    """Return a board whose Python has what a notebook needs."""
    python = pynq_python(VERSIONS[-1], default_folder(), jupyter=True)
    return SimulatedBoard(python, library, small_build.path / "rtl", CLOCK_MHZ, ACCESS_LIMIT)


def shown(jupyter_board: SimulatedBoard, build: Build, folder: Path) -> list[dict[str, str]]:
    """Return what each cell of code ends with, by kind."""
    save_image(folder / "photograph.png", PICTURE)
    notebook = execute_on(jupyter_board, build, folder / "photograph.png", folder / "driver")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    return [dict(output["data"]) for output in outputs if output.output_type == "execute_result"]


def test_the_notebook_runs_as_on_a_board(
    jupyter_board: SimulatedBoard, small_build: Build, tmp_path: Path
) -> None:
    manifest, differing, _, restored, benchmark = shown(jupyter_board, small_build, tmp_path)
    assert f"name='{small_build.manifest.name}'" in manifest["text/plain"]
    assert differing["text/plain"] == "0"
    pixels = np.array(Image.open(io.BytesIO(base64.b64decode(restored["image/png"]))))
    np.testing.assert_array_equal(pixels, small_build.reference(PICTURE[None])[0])
    assert f"clock_mhz={small_build.manifest.clock_mhz}" in benchmark["text/plain"]


def test_the_notebook_counts_what_differs(
    jupyter_board: SimulatedBoard, small_build: Build, tmp_path: Path
) -> None:
    expected = small_build.path / HLS_FOLDER / "example" / "expected.raw"
    right = expected.read_bytes()
    expected.write_bytes(bytes(byte ^ 1 for byte in right[:3]) + right[3:])
    try:
        _, differing, *_ = shown(jupyter_board, small_build, tmp_path)
    finally:
        expected.write_bytes(right)
    assert differing["text/plain"] == "3"
