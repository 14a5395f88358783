# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A small build and its library, shared by the tests; both versions of pynq, installed at first use."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.board.environment import VERSIONS, default_folder, pynq_python
from bbcu_fpga.board.host import SimulatedBoard
from bbcu_fpga.board.library import compile_library
from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.transformation.generate_shell import SYSTEM
from brevitas_models.export import export_network
from tests.brevitas_models.samples import SMALLEST, random_network

# a clock that is neither the board's first one nor the one that pynq sets when told nothing
CLOCK_MHZ = 50.0
# a driver that waits for what never comes is stopped soon
ACCESS_LIMIT = 5000
HEIGHT, WIDTH = 12, 11


@pytest.fixture(scope="session")
def small_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a build of an untrained network of 4 channels; frames have an odd number of bytes."""
    folder = tmp_path_factory.mktemp("board")
    graph = export_network(random_network(SMALLEST), folder / "smallest.onnx", HEIGHT, WIDTH, {})
    content = {
        "name": "smallest",
        "model": str(graph),
        "board": "Pynq-Z2",
        "clock_mhz": CLOCK_MHZ,
        "frame": {"height": HEIGHT, "width": WIDTH},
        "folding": {"target_fps": 2000.0},
    }
    return build(BuildConfig.model_validate(content), folder / "build")


@pytest.fixture(scope="session")
def library(small_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Verilated shell and accelerator of the build."""
    return compile_library(SYSTEM, small_build.system_sources(), tmp_path_factory.mktemp("library"))


@pytest.fixture(params=VERSIONS)
def board(request: pytest.FixtureRequest, small_build: Build, library: Path) -> SimulatedBoard:
    """Return a board with the small build in it, above each version of pynq."""
    python = pynq_python(request.param, default_folder())
    return SimulatedBoard(python, library, small_build.path / "rtl", CLOCK_MHZ, ACCESS_LIMIT)
