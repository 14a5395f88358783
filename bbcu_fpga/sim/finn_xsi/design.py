# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
# ruff: noqa: N802 - the names are FINN's
"""FINN's `xsi` extension on Verilator: the classes its `SimEngine` drives a design with.

Names and meaning of the public methods are those of FINN's `finn_xsi/xsi.pyi`; values have two states, so
that nothing is ever unknown. Several designs may be open at once.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.sim.errors import ContractError


class _PortDescription(ctypes.Structure):
    """`PortDescription` of driver/driver.cpp."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("storage", ctypes.c_void_p),
        ("bytes", ctypes.c_uint32),
        ("bits", ctypes.c_uint32),
        ("is_input", ctypes.c_uint32),
    )


def _load(library: str) -> ctypes.CDLL:
    functions = ctypes.CDLL(library)
    functions.design_open.restype = ctypes.c_void_p
    functions.design_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    functions.design_run.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    functions.design_close.argtypes = [ctypes.c_void_p]
    functions.design_error.restype = ctypes.c_char_p
    functions.design_error.argtypes = [ctypes.c_void_p]
    functions.design_port_count.restype = ctypes.c_uint64
    functions.design_port_count.argtypes = [ctypes.c_void_p]
    functions.design_port.restype = ctypes.POINTER(_PortDescription)
    functions.design_port.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
    return functions


class Kernel:
    """The simulator FINN asks for by name; a Verilated design carries its own."""

    def __init__(self, name: str) -> None:
        self.name = name


class Port:
    """A port of the top module, with the buffer that `read` fills and `write_back` sends."""

    def __init__(self, design: Design, description: _PortDescription) -> None:
        self._design = design
        self._name: str = description.name.decode()
        self._width = int(description.bits)
        self._is_input = bool(description.is_input)
        self._size = int(description.bytes)
        # the member of the Verilated class itself: reading it costs no call
        memory = (ctypes.c_uint8 * self._size).from_address(description.storage)
        self._storage = memoryview(memory).cast("B")
        self._value = 0

    def name(self) -> str:
        """Return the name in the top module."""
        return self._name

    def dir(self) -> int:
        """Return XSI's direction code: 1 for an input, 2 for an output."""
        return 1 if self._is_input else 2

    def width(self) -> int:
        """Return the bits."""
        return self._width

    def isInput(self) -> bool:
        """Tell whether the test bench drives it."""
        return self._is_input

    def isOutput(self) -> bool:
        """Tell whether the design drives it."""
        return not self._is_input

    def isInout(self) -> bool:
        """Return False: bidirectional ports are refused when a design is built."""
        return False

    def read(self) -> Port:
        """Copy the design's value into the buffer."""
        self._design.check_open()
        self._value = int.from_bytes(self._storage, "little")
        return self

    def write_back(self) -> None:
        """Copy the buffer into the design, which reacts in the next `Design.run`."""
        self._design.check_open()
        self._storage[:] = self._value.to_bytes(self._size, "little")
        self._design.touch()

    def hasUnknown(self) -> bool:
        """Return False: Verilator has two states."""
        return False

    def isZero(self) -> bool:
        """Tell whether all bits of the buffer are 0."""
        return self._value == 0

    def as_bool(self) -> bool:
        """Return bit 0 of the buffer."""
        return bool(self._value & 1)

    def as_unsigned(self) -> int:
        """Return the buffer as a number."""
        return self._value

    def as_binstr(self) -> str:
        """Return the buffer as binary digits, one for each bit."""
        return f"{self._value:0{self._width}b}"

    def as_hexstr(self) -> str:
        """Return the buffer as hexadecimal digits, as many as the width needs."""
        return f"{self._value:0{-(-self._width // 4)}x}"

    def as_hexstr_2state(self) -> str:
        """Return the same as `as_hexstr`: there are only two states."""
        return self.as_hexstr()

    def clear(self) -> Port:
        """Set the buffer to 0."""
        return self.set(0)

    def set(self, value: int) -> Port:
        """Set the buffer.

        Raises:
            SimulationError: the value needs more bits than the port has.
        """
        if value < 0 or value >> self._width:
            raise SimulationError(f"port {self._name} has {self._width} bits, which cannot hold {value:#x}")
        self._value = value
        return self

    def set_binstr(self, value: str) -> Port:
        """Set the buffer from binary digits; raises SimulationError if they do not fit."""
        return self.set(int(value, 2))

    def set_hexstr(self, value: str) -> Port:
        """Set the buffer from hexadecimal digits; raises SimulationError if they do not fit."""
        return self.set(int(value, 16))


class Design:
    """An open simulation of a library made by `compile_sim_obj`.

    Args:
        kernel: ignored, FINN's interface has it.
        design_lib: path of the shared library.
        log_file: gets what the design prints.
        wdb_file: waveform file to write (VCD); the library must have been compiled with `debug`.

    Raises:
        ContractError: an assertion failed at time 0, or a memory file is missing.
        SimulationError: a waveform is asked of a library that cannot write one.
    """

    def __init__(self, kernel: Kernel, design_lib: str, log_file: str | None, wdb_file: str | None) -> None:
        self._library = _load(str(Path(design_lib).resolve()))
        if wdb_file and not self._library.design_can_trace():
            raise SimulationError(
                f"{design_lib} was compiled without waveforms: set the node attribute or model property"
                " rtlsim_trace before the simulation is prepared"
            )
        files = [name.encode() if name else None for name in (log_file, wdb_file)]
        self._handle: int | None = self._library.design_open(*files)
        self._name = design_lib
        self._time_to_pass = 0
        self._touched = False
        self._check_error()
        count = self._library.design_port_count(self._handle)
        ports = [Port(self, self._library.design_port(self._handle, index)[0]) for index in range(count)]
        self._ports = {port.name(): port for port in ports}

    def close(self) -> None:
        """Run final blocks, write logs and waveforms, and end the simulation; a second call does nothing."""
        if self._handle is not None:
            self._library.design_close(self._handle)
            self._handle = None

    def is_open(self) -> bool:
        """Tell whether the simulation still exists."""
        return self._handle is not None

    def trace_all(self) -> None:
        """Do nothing: a waveform, if there is one, has all signals from the start."""

    def run(self, cycles: int) -> None:
        """Let `cycles` time steps (ps) pass; the design is evaluated if an input was written since.

        Raises:
            ContractError: an assertion of the design failed, or it stopped; the message is the design's.
        """
        self._time_to_pass += cycles
        if self._touched:
            self.check_open()
            self._library.design_run(self._handle, self._time_to_pass)
            self._time_to_pass = 0
            self._touched = False
            self._check_error()

    def restart(self) -> None:
        """Refuse: load the design again instead. FINN never asks for it."""
        raise SimulationError(f"{self._name} cannot be restarted: load it again")

    def get_status(self) -> int:
        """Return 0: a design with an error has raised it."""
        return 0

    def get_error_info(self) -> str:
        """Return an empty text, for the same reason."""
        return ""

    def num_ports(self) -> int:
        """Return how many ports the top module has."""
        return len(self._ports)

    def getPort(self, name: str) -> Port:
        """Return a port; raises RuntimeError, which FINN expects, if there is none of that name."""
        if name not in self._ports:
            raise RuntimeError(f"{self._name} has no port {name}; it has {', '.join(self._ports)}")
        return self._ports[name]

    def ports(self) -> Iterator[Port]:
        """Return all ports."""
        return iter(self._ports.values())

    def touch(self) -> None:
        """Note that an input was written."""
        self._touched = True

    def check_open(self) -> None:
        """Raise SimulationError if the simulation was closed: its memory is gone."""
        if self._handle is None:
            raise SimulationError(f"the simulation of {self._name} was closed: load it again")

    def _check_error(self) -> None:
        message = self._library.design_error(self._handle).decode(errors="replace")
        if message:
            self.close()
            raise ContractError(f"{self._name}: {message}")
