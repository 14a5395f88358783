# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Load the bitstream of a driver folder with pynq, and check that it is what the folder describes."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from .errors import BoardSetupError, DriverFolderError, OverlayMismatchError
from .manifest import Manifest
from .registers import MAGIC, STATUS, VERSION, Status

BOARD_FILE = Path("/proc/device-tree/chosen/pynq_board")
# of the clock, beyond what rounding explains
CLOCK_TOLERANCE = 1e-4


def load(folder: Path, manifest: Manifest) -> dict[str, Any]:
    """Program the logic, set its clock, and return the banks of registers by name.

    Raises:
        BoardSetupError: this machine cannot (not root, no XRT, no pynq, another board).
        DriverFolderError: the folder has no bitstream.
        OverlayMismatchError: the loaded logic is not the one the folder describes.
    """
    check_machine(manifest.board)
    bitstream = folder / manifest.bitstream
    if bitstream.name not in manifest.files:
        raise DriverFolderError(
            f"{folder}: holds no bitstream; run `bbcu-fpga synth BUILD --tool open`, package and copy again"
        )
    pynq = _import_pynq()
    # a description cached from an earlier bitstream of the same name must not be used
    importlib.import_module("pynq.pl_server.global_state").clear_global_state()
    try:
        overlay = pynq.Overlay(str(bitstream))
    except (RuntimeError, OSError) as error:
        raise BoardSetupError(f"{bitstream}: pynq cannot load it: {error}") from error
    _check_addresses(overlay.ip_dict, manifest)
    _set_clock(pynq, manifest.clock_mhz)
    banks = {name: getattr(overlay, name) for name in manifest.banks}
    check_status(banks[STATUS], manifest)
    return banks


def check_machine(board: str) -> None:
    """Raise BoardSetupError unless this is a machine that can load a bitstream for `board`."""
    if os.geteuid() != 0:
        raise BoardSetupError("not root: the logic can only be programmed as root (`sudo -E python3 ...`)")
    if "XILINX_XRT" not in os.environ:
        raise BoardSetupError(
            "XILINX_XRT is not set: `source /etc/profile.d/xrt_setup.sh`, then `sudo -E python3 ...`"
        )
    here = _board_name()
    if here and here != board:
        raise BoardSetupError(f"this board is a {here}, the accelerator was built for a {board}")


def check_status(status: Any, manifest: Manifest) -> None:
    """Raise OverlayMismatchError unless the status registers say what the manifest does."""
    height, width, _ = manifest.input_shape
    input_bytes, output_bytes = manifest.frame_bytes
    expected = (
        ("magic", Status.MAGIC, MAGIC),
        ("register version", Status.VERSION, VERSION),
        ("build id", Status.BUILD_ID, manifest.build_id),
        ("frame width", Status.WIDTH, width),
        ("frame height", Status.HEIGHT, height),
        ("input bytes", Status.INPUT_BYTES, input_bytes),
        ("output bytes", Status.OUTPUT_BYTES, output_bytes),
    )
    for name, offset, value in expected:
        found = status.read(offset)
        if found != value:
            raise OverlayMismatchError(
                f"the loaded logic has {name} {found:#x}, the folder describes {value:#x}: "
                "the bitstream is of another build; package the build again"
            )


def _import_pynq() -> Any:
    try:
        return importlib.import_module("pynq")
    except ImportError as error:
        raise BoardSetupError(
            f"pynq is missing ({error}): use the Python of the board's PYNQ image"
        ) from error


def _board_name() -> str:
    """Return the name of this board as its PYNQ image states it, or nothing."""
    try:
        return BOARD_FILE.read_text().strip("\0\n ")
    except OSError:
        return os.environ.get("BOARD", "")


def _check_addresses(ip_dict: Any, manifest: Manifest) -> None:
    found = {name: ip_dict[name]["phys_addr"] for name in manifest.banks if name in ip_dict}
    if found != manifest.banks:
        raise OverlayMismatchError(
            f"pynq finds register banks {_hex(found)}, the folder describes {_hex(manifest.banks)}: "
            "the .hwh file is of another design; package the build again"
        )


def _hex(banks: dict[str, int]) -> str:
    return ", ".join(f"{name} at {address:#x}" for name, address in sorted(banks.items())) or "none"


def _set_clock(pynq: Any, clock_mhz: float) -> None:
    """Set the clock of the logic; a faster one than it was built for gives wrong results."""
    clocks = importlib.import_module("pynq.ps").Clocks
    clocks.fclk0_mhz = clock_mhz
    if clocks.fclk0_mhz > clock_mhz * (1 + CLOCK_TOLERANCE):
        raise OverlayMismatchError(
            f"the logic would run at {clocks.fclk0_mhz:g} MHz, it was built for {clock_mhz:g} MHz; "
            "restart the board, or build for another clock"
        )
