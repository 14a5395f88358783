# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""pynq's own device class of a PYNQ-Z2, with nothing replaced but what reaches into the operating system.

Replaced are /dev/mem, the buffers of XRT, the FPGA manager in /sys, /lib/firmware, the program xclbinutil,
the question who the user is, and freeing memory. Loading an overlay, parsing its description, registers,
clocks and buffers are pynq's code. It works with pynq 3.0.1 and 3.1.2.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pynq
import pynq.buffer
import pynq.ps
from pynq.pl_server import embedded_device, global_state, xrt_device
from pynq.pl_server.device import Device

from .bus import Bus, RegisterArray
from .zynq import SLCR_BASE, SLCR_BYTES, Slcr

BOARD = "Pynq-Z2"
PART = "7z020clg400"


class SimulatedPynqZ2(embedded_device.EmbeddedDevice):
    """The device that unmodified programs find.

    Args:
        bus: memory and registers of the design; the registers of the clocks are added.
        logic: has `program()`, called when a bitstream is loaded.
    """

    name = BOARD
    # the metaclass of pynq wants one of its own for each class
    _probe_priority_ = 51

    @classmethod
    def _probe_(cls) -> list[Any]:
        return []

    def __init__(self, bus: Bus, slcr: Slcr, logic: Any) -> None:
        # not the initializer of EmbeddedDevice, which opens XRT
        Device.__init__(self, "embedded_xrt0")
        self.capabilities = {"REGISTER_RW": False, "MEMORY_MAPPED": True, "CALLABLE": False}
        self.arch, self.handle = pynq.ps.ZYNQ_ARCH, object()
        self._streams: dict[Any, Any] = {}
        self.contexts: dict[Any, Any] = {}
        self.bus, self.logic = bus, logic
        bus.attach(SLCR_BASE, SLCR_BYTES, slcr)
        self._folder = Path(tempfile.mkdtemp(prefix="firmware-"))
        self.BS_FPGA_MAN = str(self._folder / "firmware")
        self.BS_FPGA_MAN_FLAGS = str(self._folder / "flags")

    def mmap(self, base_addr: int, length: int) -> RegisterArray:
        """Stand for /dev/mem."""
        return RegisterArray(self.bus, base_addr, length // 4)

    def allocate_bo(self, size: int, idx: int, cacheable: int) -> Any:
        """Stand for XRT's buffers."""
        return self.bus.allocate(size, bool(cacheable))

    def map_bo(self, bo: Any) -> Any:
        """Return the memory that the processor sees."""
        return bo.cpu

    def get_device_address(self, bo: Any) -> int:
        """Return the physical address."""
        return int(bo.address)

    def flush(self, bo: Any, offset: int, ptr: int, size: int) -> None:
        """Stand for XRT's synchronization to the device."""
        bo.flush(offset, size)

    def invalidate(self, bo: Any, offset: int, ptr: int, size: int) -> None:
        """Stand for XRT's synchronization from the device."""
        bo.invalidate(offset, size)

    def shutdown(self) -> None:
        """Do nothing: there is no /sys/class/fpga_manager to ask."""

    def gen_cache(self, bitstream: Any, parser: Any = None) -> None:
        """Do nothing: pynq writes into its own installation here."""

    def close(self) -> None:
        """Do nothing: XRT was not opened."""

    def _xrt_download(self, data: bytes) -> None:
        if data[:7] != b"xclbin2":
            raise RuntimeError("pynq hands XRT something else than an xclbin")

    def download(self, bitstream: Any, parser: Any = None) -> None:
        """Program the logic: refuse a bitstream for another part, as the device does."""
        header = embedded_device.parse_bit_header(Path(bitstream.bitfile_name).read_bytes())
        if header["part"] != PART:
            raise RuntimeError(f"the bitstream is for {header['part']}, the board has {PART}")
        # pynq would write the data to /lib/firmware
        bitstream.binfile_name = Path(bitstream.bitfile_name).with_suffix(".bin").name
        (self._folder / bitstream.binfile_name).write_bytes(parser.bin_data)
        super().download(bitstream, parser)
        if Path(self.BS_FPGA_MAN).read_text() != bitstream.binfile_name:
            raise RuntimeError("pynq programs another file than it was given")
        self.logic.program()


def install(device: SimulatedPynqZ2) -> None:
    """Make `device` the one that programs find, and this process one of a board's root user."""
    no_libc = SimpleNamespace(munmap=lambda *_: 0)
    for module in (pynq.buffer, xrt_device):
        vars(module).update(libc=no_libc, ctypes=ctypes)
    # pynq 3.0 frees buffers through XRT
    vars(pynq.buffer).update(xrt=SimpleNamespace(xclFreeBO=lambda *_: None))
    # a board runs the program xclbinutil, whose result depends on nothing that is used here
    vars(embedded_device).update(_create_xclbin=lambda _: embedded_device.DEFAULT_XCLBIN)
    # the state would be kept in pynq's own installation
    vars(global_state).update(STATE_DIR=str(device._folder))
    # pynq 3.0 asks for the processor when it is imported
    vars(pynq.ps).update(CPU_ARCH=pynq.ps.ZYNQ_ARCH)
    Device._devices = [device]
    Device.active_device = device
    os.geteuid = lambda: 0
    os.environ.update(XILINX_XRT="/usr", BOARD=BOARD)
