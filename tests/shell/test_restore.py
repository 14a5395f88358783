# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A shipped network in its shell restores a photograph from memory to memory, equal in every byte."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from tests.shell.cocotb_run import run_cocotb

HEIGHT, WIDTH = 13, 19


@pytest.mark.slow
def test_the_accelerator_restores_a_photograph_through_the_shell(
    simulator_root: Path, tmp_path: Path
) -> None:
    config = BuildConfig.model_validate(
        {
            "name": "tiny_in_its_shell",
            "model": "tiny",
            "board": "Pynq-Z2",
            "clock_mhz": 100.0,
            "frame": {"height": HEIGHT, "width": WIDTH},
            "folding": {"target_fps": 8000.0},
        }
    )
    built = build(config, tmp_path / "build")
    photograph = data.astronaut()
    frames = np.stack([photograph[y : y + HEIGHT, x : x + WIDTH] for y, x in ((60, 200), (110, 240))])
    (tmp_path / "frames").write_bytes(frames.tobytes())
    (tmp_path / "expected").write_bytes(built.reference(frames).tobytes())
    job = {
        "frames": str(tmp_path / "frames"),
        "expected": str(tmp_path / "expected"),
        "count": len(frames),
        "build_id": json.loads((built.path / "shell/shell.json").read_text())["build_id"],
        "cycles_bound": built.manifest.cycles_bound,
        "reset_at": built.manifest.cycles_bound // 2,
    }
    run_cocotb(
        "bbcu_system",
        built.system_sources(),
        {},
        ["tests.shell.restore_bench"],
        simulator_root,
        tmp_path,
        job=job,
        data_dir=built.path / "rtl",
    )
