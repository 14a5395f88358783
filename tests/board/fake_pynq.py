# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The calls of pynq that the runtime makes, on the bus of the simulated board, where pynq is not installed.

The acceptance tests use the real pynq instead; this serves the units of the runtime.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from bbcu_fpga.board.model.bus import Buffer, Bus
from bbcu_fpga.board.model.zynq import FCLK, SLCR_BASE, Slcr


class FakeBuffer(np.ndarray[Any, Any]):
    """An array over the processor's copy of a buffer."""

    buffer: Buffer
    device_address: int

    def flush(self) -> None:
        self.buffer.flush(0, self.nbytes)

    def invalidate(self) -> None:
        self.buffer.invalidate(0, self.nbytes)


class FakeIp:
    """The registers of one bank; as pynq does, it takes nothing but Python integers."""

    def __init__(self, bus: Bus, base: int) -> None:
        self.bus, self.base = bus, base

    def read(self, offset: int) -> int:
        return self.bus.read(self.base + offset)

    def write(self, offset: int, value: int) -> None:
        if type(value) is not int:
            raise ValueError("Data type must be int or bytes.")
        self.bus.write(self.base + offset, value)


class FakeClocks:
    """The clock of the logic, in the registers of the model."""

    def __init__(self, bus: Bus, slcr: Slcr) -> None:
        self._bus, self._slcr = bus, slcr

    @property
    def fclk0_mhz(self) -> float:
        return self._slcr.clock_mhz()

    @fclk0_mhz.setter
    def fclk0_mhz(self, mhz: float) -> None:
        pairs = [(a, b) for a in range(1, 64) for b in range(1, 64)]
        first, second = min(pairs, key=lambda pair: abs(1000 / (pair[0] * pair[1]) - mhz))
        self._bus.write(SLCR_BASE + FCLK[0], second << 20 | first << 8)


def allocate(bus: Bus, shape: tuple[int, ...], dtype: Any, cacheable: int) -> FakeBuffer:
    """Return an array in contiguous memory."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    buffer = bus.allocate(size, bool(cacheable))
    array = buffer.cpu[:size].view(dtype).reshape(shape).view(FakeBuffer)
    array.buffer, array.device_address = buffer, buffer.address
    return array


def install(
    monkeypatch: pytest.MonkeyPatch, bus: Bus, slcr: Slcr, program: Callable[[], None] = lambda: None
) -> SimpleNamespace:
    """Make `import pynq` find the stand-in, which calls `program` to load a bitstream.

    Returns what tests may look at.
    """
    seen = SimpleNamespace(bitstreams=[], cleared=0)

    class Overlay:
        def __init__(self, bitfile_name: str) -> None:
            seen.bitstreams.append(bitfile_name)
            program()
            ranges = ElementTree.parse(Path(bitfile_name).with_suffix(".hwh")).iter("MEMRANGE")
            found = {entry.attrib["INSTANCE"]: int(entry.attrib["BASEVALUE"], 16) for entry in ranges}
            self.ip_dict = {name: {"phys_addr": base} for name, base in found.items()}
            vars(self).update({name: FakeIp(bus, base) for name, base in found.items()})

    def clear_global_state() -> None:
        seen.cleared += 1

    contents: dict[str, dict[str, Any]] = {
        "pynq": {"Overlay": Overlay, "allocate": partial(allocate, bus)},
        "pynq.ps": {"Clocks": FakeClocks(bus, slcr)},
        "pynq.pl_server": {},
        "pynq.pl_server.global_state": {"clear_global_state": clear_global_state},
    }
    for name, content in contents.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("XILINX_XRT", "/usr")
    monkeypatch.setenv("BOARD", "Pynq-Z2")
    return seen
