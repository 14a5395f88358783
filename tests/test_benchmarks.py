# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The benchmark of the engines: what it times, and that it refuses figures of engines that differ."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bbcu_fpga.errors import ExactnessError
from benchmarks.engines import ENGINES, measure, table
from tests.convolution_build import ConvolutionBuild


def test_every_engine_is_timed_on_the_same_frames(tmp_path: Path) -> None:
    build = ConvolutionBuild(tmp_path)
    measured = measure(build, list(ENGINES), 3)
    assert [row.engine for row in measured] == ["qonnx", "python", "hls", "rtl"]
    assert all(row.frames == 3 and row.frames_per_s > 0 and row.preparation_s >= 0 for row in measured)
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table(build, measured))
    text = console.export_text()
    assert all(row.what in text for row in measured)


def test_an_engine_that_differs_is_not_timed(tmp_path: Path) -> None:
    with pytest.raises(ExactnessError, match="python differs from qonnx"):
        measure(ConvolutionBuild(tmp_path, fault=1), ["qonnx", "python"], 2)
