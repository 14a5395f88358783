# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The simulated board is worth something only if broken drivers fail on it: each of these must."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.board.host import SimulatedBoard
from bbcu_fpga.board.simulate import PROGRAM, package_for_simulation
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.runtime.manifest import FILE_NAME, file_digest
from tests.board.acceptance.conftest import HEIGHT, WIDTH

pytestmark = [pytest.mark.board, pytest.mark.slow]

DIFFERENT = "the result differs"
FRAMES = 4  # as many as the buffers hold, so that one more is one too many


@dataclass(frozen=True)
class Mutant:
    """Texts of the driver that are replaced: (file, old, new); and how it fails."""

    name: str
    outcome: str
    edits: tuple[tuple[str, str, str], ...]


MUTANTS = [
    Mutant("no_flush", DIFFERENT, (("frames.py", "self.source.flush()", "pass"),)),
    Mutant(
        "no_invalidate",
        DIFFERENT,
        (("frames.py", "self.target.invalidate()\n        return", "return"),),
    ),
    Mutant(
        "wrong_register",
        "outside every allocated",
        (("registers.py", "ADDRESS_LOW = 0x10", "ADDRESS_LOW = 0x18"),),
    ),
    Mutant("frame_too_few", DIFFERENT, (("dma.py", "int(frames))", "int(frames) - 1)"),)),
    Mutant("frame_too_many", "outside every allocated", (("dma.py", "int(frames))", "int(frames) + 1)"),)),
    Mutant(
        "numpy_integer",
        "Data type must be int or bytes",
        (("dma.py", "int(frames))", "__import__('numpy').uint32(frames))"),),
    ),
    Mutant(
        "virtual_address",
        "unusable input buffer",
        (
            ("frames.py", "slot.source.device_address", "slot.source.virtual_address"),
            ("frames.py", "slot.target.device_address", "slot.target.virtual_address"),
        ),
    ),
    Mutant("no_wait", DIFFERENT, (("dma.py", "while not self.is_done():", "while False:"),)),
    Mutant(
        "done_of_the_wrong_dma",
        DIFFERENT,
        (("dma.py", "bool(self._output.read(Dma", "bool(self._input.read(Dma"),),
    ),
    Mutant("wrong_byte_order", DIFFERENT, (("frames.py", "= frames\n", "= frames[..., ::-1]\n"),)),
    Mutant("input_not_started", "the driver hangs", (("dma.py", "(self._input, source)):", "):"),)),
    Mutant(
        "clock_not_set",
        "the logic runs at 100 MHz, it was built for 50 MHz",
        (
            ("overlay.py", "    _set_clock(pynq, manifest.clock_mhz)\n", ""),
            ("../smallest.hwh", 'FCLK0_ENABLE" VALUE="1"', 'FCLK0_ENABLE" VALUE="0"'),
        ),
    ),
    Mutant(
        "wrong_address",
        "answers DECERR",
        (
            ("overlay.py", "    _check_addresses(overlay.ip_dict, manifest)\n", ""),
            ("../smallest.hwh", '"0x40020000" HIGHVALUE="0x4002FFFF"', '"0x40400000" HIGHVALUE="0x4040FFFF"'),
        ),
    ),
]


def break_driver(folder: Path, mutant: Mutant) -> None:
    """Replace texts of a driver folder, each of which must be there."""
    for name, old, new in mutant.edits:
        path = folder / "bbcu_runtime" / name
        text = path.read_text()
        assert old in text, f"{mutant.name}: {name} has no {old!r} any more"
        path.write_text(text.replace(old, new))
    manifest = json.loads((folder / FILE_NAME).read_text())
    manifest["files"] = {name: file_digest(folder / name) for name in manifest["files"]}
    (folder / FILE_NAME).write_text(json.dumps(manifest))


def outcome(board: SimulatedBoard, build: Build, work: Path, mutant: Mutant | None) -> str:
    """Return how a driver ends: an error's text, that the result differs, or nothing if all is right."""
    picture = np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    np.save(work / "picture.npy", picture)
    folder = package_for_simulation(build, work / "driver")
    if mutant is not None:
        break_driver(folder, mutant)
    try:
        board.run(work, PROGRAM, "driver", "picture.npy", "result.npy", str(FRAMES))
    except SimulationError as error:
        return str(error)
    restored = np.load(work / "result.npy")
    return "" if np.array_equal(restored, build.reference(picture[None]).repeat(FRAMES, 0)) else DIFFERENT


def test_the_driver_as_it_is_passes(board: SimulatedBoard, small_build: Build, tmp_path: Path) -> None:
    assert outcome(board, small_build, tmp_path, None) == ""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_broken_driver_fails(
    board: SimulatedBoard, small_build: Build, tmp_path: Path, mutant: Mutant
) -> None:
    assert mutant.outcome in outcome(board, small_build, tmp_path, mutant)
