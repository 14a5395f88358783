# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A build with nodes of style HLS: their C++ takes part in the simulation of the RTL, and nothing differs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import RTL_FOLDER, Build
from bbcu_fpga.builder.config import BuildConfig
from brevitas_models.export import export_network
from tests.brevitas_models.samples import SMALLEST, picture, random_network

HEIGHT, WIDTH = 9, 7
SIMULATOR_FOLDER = "simulation/verilator"  # where a build keeps its simulators


def build_with(model: str, impl_style: dict[str, Any], output: Path) -> Build:
    """Build a network with these styles and little folding."""
    content = {
        "name": "mixed",
        "model": model,
        "board": "ZCU104",
        "clock_mhz": 100.0,
        "frame": {"height": HEIGHT, "width": WIDTH},
        "folding": {"target_fps": 4000.0},
        "preferred_impl_style": impl_style,
    }
    return build(BuildConfig.model_validate(content), output)


def check(built: Build) -> None:
    """Simulate two pictures at full speed and with pauses; every integer is the reference's."""
    frames = np.stack([picture(HEIGHT, WIDTH, seed) for seed in (1, 2)])
    reference = built.reference(frames)
    for pauses in ({}, {"idle": 0.4, "back_pressure": 0.3, "seed": 5}):
        run = built.execute_rtl(frames, **pauses)
        np.testing.assert_array_equal(run.frames, reference)
        # the cycles of such a simulation say nothing about the hardware
        assert (run.cycles_per_frame, run.latency_cycles, run.total_cycles) == (None, None, None)


def modules(built: Build) -> set[str]:
    """Return the modules that the RTL folder has."""
    return {path.stem for path in (built.path / RTL_FOLDER).glob("*.v")}


def styles(built: Build) -> dict[str, str]:
    return {layer.name: layer.style for layer in built.manifest.layers}


def share_runtime(simulator_root: Path, built: Build) -> None:
    """Let the build find what the other tests compiled of Verilator's runtime, if they did."""
    folder = built.path / SIMULATOR_FOLDER
    folder.mkdir(parents=True)
    for runtime in simulator_root.glob("runtime-*"):
        (folder / runtime.name).symlink_to(runtime)


def test_a_layer_and_a_node(tmp_path: Path, simulator_root: Path) -> None:
    graph = export_network(random_network(SMALLEST), tmp_path / "smallest.onnx", HEIGHT, WIDTH, {})
    impl_style = {"layers": {"body_0": "hls", "body_0_threshold": "rtl", "tail_mvu": "hls"}}
    built = build_with(str(graph), impl_style, tmp_path / "build")
    chosen = styles(built)
    of_hls = {name for name, style in chosen.items() if style == "hls"}
    assert {"body_0_window", "body_0_mvu", "body_0_epilogue", "tail_mvu"} <= of_hls
    assert not {"body_0_threshold", "tail_epilogue", "head_mvu"} & of_hls
    assert modules(built) == {name for name, style in chosen.items() if style == "rtl"} | {"accelerator"}
    _, cpp = built.rtl_sources()
    assert {path.stem for path in cpp.files} == of_hls | {"shim"}
    # all of it is the build's own copy
    assert all(folder.is_relative_to(built.path) for folder in cpp.include_dirs)
    share_runtime(simulator_root, built)
    check(built)


@pytest.mark.slow
@pytest.mark.parametrize("impl_style", [{"layers": {"body_1": "hls"}}, {"default": "hls"}], ids=str)
def test_the_shipped_network(impl_style: dict[str, Any], tmp_path: Path) -> None:
    check(build_with("tiny", impl_style, tmp_path / "build"))
