# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A network with random weights, from PyTorch to streaming operators and RTL, every step compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.execution import execute
from bbcu_fpga.builder.verification import Verifier
from bbcu_fpga.transformation import PIPELINE
from bbcu_fpga.transformation.check_operators import check_hardware_only
from brevitas_models.evaluate import restore
from brevitas_models.export import export_network
from brevitas_models.networks import NetworkConfig, RestorationNetwork
from tests.brevitas_models.samples import random_network

Frames = NDArray[np.uint8]

HEIGHT, WIDTH = 7, 9


def noise(count: int, colours: int, height: int = HEIGHT, width: int = WIDTH) -> Frames:
    """Return pictures of noise, uint8 [count, height, width, colours]."""
    return np.random.default_rng(height).integers(0, 256, (count, height, width, colours), dtype=np.uint8)


def restored(network: RestorationNetwork, pictures: Frames) -> Frames:
    """Restore pictures in PyTorch."""
    return np.stack([restore(network, picture) for picture in pictures])


def compile_network(
    config: NetworkConfig, folder: Path, height: int = HEIGHT, width: int = WIDTH
) -> ModelWrapper:
    """Return the hardware graph of a random network, executed after every pass and compared with PyTorch."""
    network = random_network(config)
    reference = ModelWrapper(str(export_network(network, folder / "network.onnx", height, width, {})))
    verifier = Verifier(reference, height, width)
    model = reference
    for passes in PIPELINE.values():
        model = verifier.apply(model, passes)
    check_hardware_only(model)
    pictures = noise(2, config.colours, height, width)
    np.testing.assert_array_equal(execute(model, pictures), restored(network, pictures))
    return model


def check_engines(config: NetworkConfig, folder: Path, height: int = HEIGHT, width: int = WIDTH) -> None:
    """Build a random network; hardware graph, HLS C++ and RTL must give PyTorch's integers."""
    network = random_network(config)
    metadata = {"bbcu_fpga.task": config.TASK, "bbcu_fpga.scale": str(config.scale)}
    exported = export_network(network, folder / "network.onnx", height, width, metadata)
    content = {
        "name": "random_network",
        "model": str(exported),
        "board": "ZCU104",
        "clock_mhz": 100.0,
        "frame": {"height": height, "width": width},
        "folding": {"target_fps": 4000.0},
    }
    built = build(BuildConfig.model_validate(content), folder / "build")
    pictures = noise(2, config.colours, height, width)
    expected = restored(network, pictures)
    np.testing.assert_array_equal(built.execute_python(pictures), expected)
    np.testing.assert_array_equal(built.execute_hls(pictures), expected)
    np.testing.assert_array_equal(built.execute_rtl(pictures).frames, expected)
