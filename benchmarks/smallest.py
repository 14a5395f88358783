# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The smallest network, for benchmarks in which the network does not matter."""

from __future__ import annotations

from pathlib import Path

import torch

from bbcu_fpga.builder.config import BuildConfig
from brevitas_models import checkpoint
from brevitas_models.networks import BBCUConfig
from brevitas_models.networks import build as new_network

CLOCK_MHZ = 100.0


def save_smallest(folder: Path) -> Path:
    """Write a checkpoint of the smallest network, not trained, into a folder; returns its path."""
    torch.manual_seed(0)
    return checkpoint.save(new_network(BBCUConfig(channels=4, body_convs=1)), folder / "network.pt", {})


def smallest_config(folder: Path, height: int, width: int, target_fps: float = 1000.0) -> BuildConfig:
    """Write the checkpoint into a folder and return the configuration of its build."""
    return BuildConfig.model_validate(
        {
            "name": "smallest",
            "model": str(save_smallest(folder)),
            "board": "Pynq-Z2",
            "clock_mhz": CLOCK_MHZ,
            "frame": {"height": height, "width": width},
            "folding": {"target_fps": target_fps},
        }
    )
