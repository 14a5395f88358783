# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A very small network and its configuration: what the tests of the builder share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbcu_fpga.builder.config import BuildConfig
from brevitas_models.export import export_network
from tests.brevitas_models.samples import SMALLEST, random_network

Configure = Callable[..., BuildConfig]


@pytest.fixture(scope="session")
def small_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the QONNX graph of an untrained network of 4 channels and one body convolution."""
    path = tmp_path_factory.mktemp("graph") / "smallest.onnx"
    return export_network(random_network(SMALLEST), path, 9, 7, {})


@pytest.fixture(scope="session")
def configure(small_graph: Path) -> Configure:
    """Return a function that makes a configuration of the small network with some keys changed."""

    def make(**changes: Any) -> BuildConfig:
        content = {
            "name": "smallest",
            "model": str(small_graph),
            "board": "Pynq-Z2",
            "clock_mhz": 100.0,
            "frame": {"height": 9, "width": 7},
            "folding": {"target_fps": 4000.0},
        }
        return BuildConfig.model_validate({**content, **changes})

    return make
