# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A driver folder, and a board of Python on which its accelerator restores by doubling pixels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.board.bitstream import stand_in
from bbcu_fpga.board.model.bus import Bus
from bbcu_fpga.board.model.zynq import SLCR_BASE, SLCR_BYTES, Slcr
from bbcu_fpga.runtime import Accelerator
from bbcu_fpga.runtime.manifest import FILE_NAME, Manifest, file_digest
from bbcu_fpga.runtime.registers import BANKS
from bbcu_fpga.synth.hwh import render_hwh
from tests.board import fake_pynq
from tests.board.fast_logic import FastLogic

PART = "xc7z020clg400-1"
MANIFEST = Manifest(
    name="doubler",
    board="Pynq-Z2",
    part=PART,
    clock_mhz=50.0,
    input_shape=[9, 7, 3],
    output_shape=[18, 14, 3],
    scale=2,
    halo=2,
    cycles_per_frame=1000,
    build_id=0x1234_5678,
    banks=dict(BANKS),
    files={},
)


def double(pictures: np.ndarray) -> np.ndarray:
    """Return uint8 [..., H, W, C] with every pixel as 2 x 2 pixels, inverted."""
    return 255 - pictures.repeat(2, axis=-3).repeat(2, axis=-2)


def write_folder(folder: Path, **changes: Any) -> Path:
    """Write a driver folder, without the runtime, whose manifest has some keys changed."""
    folder.mkdir(exist_ok=True)
    (folder / "doubler.bit").write_bytes(stand_in("doubler", PART))
    (folder / "doubler.hwh").write_text(render_hwh("doubler", PART, MANIFEST.clock_mhz))
    files = {name: file_digest(folder / name) for name in ("doubler.bit", "doubler.hwh")}
    manifest = dataclasses.replace(MANIFEST, **{"files": files, **changes})
    (folder / FILE_NAME).write_text(manifest.dumps())
    return folder


@dataclass
class FastBoard:
    """The board, its logic, and what pynq was asked for."""

    folder: Path
    logic: FastLogic
    pynq: SimpleNamespace

    def load(self, **arguments: Any) -> Accelerator:
        """Load the accelerator of the folder."""
        return Accelerator(self.folder, **arguments)


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastBoard:
    """Return a board that has just been switched on."""
    bus, slcr = Bus(pool_bytes=1 << 20, access_limit=20_000), Slcr()
    bus.attach(SLCR_BASE, SLCR_BYTES, slcr)
    logic = FastLogic(bus, slcr, MANIFEST, double)
    return FastBoard(write_folder(tmp_path / "driver"), logic, fake_pynq.install(monkeypatch, bus, slcr))


@pytest.fixture
def pictures() -> Callable[..., np.ndarray]:
    """Return a function that makes random pictures."""

    def make(*shape: int) -> np.ndarray:
        return np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)

    return make
