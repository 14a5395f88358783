# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The chain of equalities on whole images: PyTorch = QONNX = hardware graph in Python = HLS C++ = RTL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import Build, Fifo
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.errors import DeadlockError
from brevitas_models import checkpoint
from brevitas_models.evaluate import restore

Frames = NDArray[np.uint8]

# odd, not square, and so small that the border is much of it
HEIGHT, WIDTH = 13, 19


def configuration(model: str, **changes: Any) -> BuildConfig:
    """Return a configuration with little folding, so that a frame takes few cycles."""
    content = {
        "name": f"test_{model}",
        "model": model,
        "board": "ZCU104",
        "clock_mhz": 100.0,
        "frame": {"height": HEIGHT, "width": WIDTH},
        "folding": {"target_fps": 4000.0},
    }
    return BuildConfig.model_validate({**content, **changes})


def noise(count: int, height: int = HEIGHT, width: int = WIDTH) -> Frames:
    """Return pictures of noise, which reach more values inside the network than photographs do."""
    return np.random.default_rng(height).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def trained(model: str, pictures: Frames) -> Frames:
    """Restore pictures with the trained network, in PyTorch."""
    network, _ = checkpoint.load(model)
    return np.stack([restore(network, picture) for picture in pictures])


@pytest.fixture(scope="module", params=["tiny", "small"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return the build of a shipped network."""
    return build(configuration(request.param), tmp_path_factory.mktemp("build") / request.param)


@pytest.mark.parametrize(("height", "width"), [(HEIGHT, WIDTH), (3, 3), (24, 7), (33, 50)])
def test_qonnx_equals_pytorch_at_every_size(built: Build, height: int, width: int) -> None:
    pictures = noise(1, height, width)
    np.testing.assert_array_equal(built.reference(pictures), trained(built.manifest.model, pictures))


def test_hardware_graph_and_rtl_equal_pytorch(built: Build) -> None:
    pictures = noise(3)
    expected = trained(built.manifest.model, pictures)
    np.testing.assert_array_equal(built.execute_python(pictures), expected)
    run = built.execute_rtl(pictures)
    np.testing.assert_array_equal(run.frames, expected)
    bound = built.manifest.cycles_bound
    assert run.cycles_per_frame is not None
    assert bound <= run.cycles_per_frame <= 1.02 * bound


@pytest.mark.parametrize("bounded", [False, True])
def test_hls_cpp_equals_pytorch(built: Build, bounded: bool) -> None:
    pictures = noise(3)
    restored = built.execute_hls(pictures, bounded=bounded)
    np.testing.assert_array_equal(restored, trained(built.manifest.model, pictures))


def test_rtl_equals_pytorch_when_both_ends_pause_at_random(built: Build) -> None:
    pictures = noise(2)
    run = built.execute_rtl(pictures, idle=0.3, back_pressure=0.4, seed=5)
    np.testing.assert_array_equal(run.frames, trained(built.manifest.model, pictures))


def deepest_residual(built: Build) -> Fifo:
    """Return the FIFO with the largest least depth."""
    return max(built.manifest.fifos, key=lambda fifo: fifo.minimum)


def test_deepest_fifo_is_as_deep_as_it_must_be(tmp_path: Path) -> None:
    deepest = deepest_residual(build(configuration("tiny"), tmp_path / "computed"))
    assert deepest.depth >= deepest.minimum > 1
    shortened = configuration("tiny", fifo_depths={deepest.name: deepest.minimum - 1})
    with pytest.raises(DeadlockError, match=deepest.name):
        build(shortened, tmp_path / "shortened").execute_rtl(noise(1))


def test_a_stream_of_one_word_deadlocks_the_cpp_and_is_named(tmp_path: Path) -> None:
    deepest = deepest_residual(build(configuration("tiny"), tmp_path / "b"))
    shallow = build(configuration("tiny", fifo_depths={deepest.name: 1}), tmp_path / "b")
    with pytest.raises(DeadlockError, match=rf"waits for space in {deepest.name} \(1 of 1 words\)"):
        shallow.execute_hls(noise(1), bounded=True)
