# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What cases share: the smallest network, its build, and what makes an input hostile."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.testing import assert_array_equal
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import REFERENCE_GRAPH, Build
from bbcu_fpga.builder.config import BuildConfig, load_config
from bbcu_fpga.builder.execution import execute, with_frame_size
from benchmarks.smallest import save_smallest

HEIGHT, WIDTH = 9, 8
MARKER = "executed-from-a-file"
"""Name of the file that a hostile input makes if anything in it is executed."""

CONFIG: dict[str, Any] = {
    "name": "hostile",
    "model": "tiny",
    "board": "Pynq-Z2",
    "clock_mhz": 100.0,
    "frame": {"height": HEIGHT, "width": WIDTH},
    "folding": {"target_fps": 1000.0},
}


@dataclass(frozen=True)
class Workbench:
    """A checkpoint of the smallest network, and its finished build."""

    checkpoint: Path
    build: Build

    @classmethod
    def make(cls, folder: Path) -> Workbench:
        """Make them in a folder; takes seconds."""
        saved = save_smallest(folder)
        return cls(saved, build(_config(saved), folder / "build"))

    @property
    def graph(self) -> Path:
        """The exported graph."""
        return self.build.path / REFERENCE_GRAPH

    def copy(self, folder: Path) -> Path:
        """Return a copy of the build in `folder`."""
        return Path(shutil.copytree(self.build.path, folder / "build"))

    def build_model(self, model: Path, folder: Path) -> Build:
        """Build a network into `folder`/out."""
        return build(_config(model), folder / "out")

    def build_exactly(self, graph: Path, folder: Path) -> None:
        """Build a graph and compare the hardware, on noise, with the file that was given."""
        built = self.build_model(graph, folder)
        frames = np.random.default_rng(1).integers(0, 256, (1, HEIGHT, WIDTH, 3), dtype=np.uint8)
        given = with_frame_size(ModelWrapper(str(graph)), HEIGHT, WIDTH)
        assert_array_equal(built.execute_python(frames), execute(given, frames))


def _config(model: Path) -> BuildConfig:
    return BuildConfig(**{**CONFIG, "model": str(model)})


def write_config(folder: Path, **changes: Any) -> Path:
    """Write a configuration with changes; returns its path."""
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({**CONFIG, **changes}), encoding="utf-8")
    return path


def build_config(path: Path, folder: Path) -> Build:
    """Build by a configuration file into `folder`/out."""
    return build(load_config(path), folder / "out")
