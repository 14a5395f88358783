# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The hardware handoff (.hwh) that pynq 3.0 and 3.1 read beside a bitstream, for the shell of this project.

Vivado writes this file for its own designs; here only what pynq reads is in it: the banks of registers with
their addresses, and the dividers of the clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.errors import BuildError, ConfigError
from bbcu_fpga.runtime.registers import BANK_BYTES, BANKS, STATUS, Dma, Status

# what the boot loader of a PYNQ-Z2 sets the source of the logic's clocks to
IO_PLL_MHZ = 1000
LARGEST_DIVIDER = 63
_PART = re.compile(r"(xc(7z\d{3}))(clg\d{3})(-\d)")
_templates = Environment(
    loader=PackageLoader("bbcu_fpga.synth"), undefined=StrictUndefined, autoescape=True, trim_blocks=True
)


@dataclass(frozen=True)
class Clock:
    """A clock of the logic: the dividers of the 1000 MHz source, both 1 to 63."""

    first: int
    second: int

    @property
    def mhz(self) -> float:
        """The frequency."""
        return IO_PLL_MHZ / (self.first * self.second)

    @classmethod
    def at_most(cls, clock_mhz: float) -> Clock:
        """Return the fastest clock not above `clock_mhz`; raises ConfigError if there is none."""
        dividers = range(1, LARGEST_DIVIDER + 1)
        slow_enough = [
            (first * second, first, second)
            for first in dividers
            for second in range(1, first + 1)
            if clock_mhz * first * second >= IO_PLL_MHZ
        ]
        if not slow_enough:
            raise ConfigError(
                f"clock_mhz: the slowest clock of the board is {IO_PLL_MHZ / LARGEST_DIVIDER**2:.3f}, "
                f"not {clock_mhz:g}"
            )
        return cls(*min(slow_enough)[1:])


def render_hwh(
    name: str, part: str, clock_mhz: float, timestamp: str = "", banks: Mapping[str, int] = BANKS
) -> str:
    """Return the text of a .hwh file.

    Args:
        name: of the design.
        part: a Zynq-7000, as ``xc7z020clg400-1``.
        clock_mhz: of the logic; the fastest that the board has and that is not above is set.
        timestamp: when the bitstream was made, for people.
        banks: address of each bank of registers, by instance name.

    Raises:
        BuildError: another part: the processor's addresses and clocks would be wrong.
        ConfigError: a clock that the board does not have.
    """
    match = _PART.fullmatch(part)
    if match is None:
        raise BuildError(f"{part}: the shell is for Zynq-7000 parts, as xc7z020clg400-1")
    _, device, package, speed = match.groups()
    return _templates.get_template("hardware.hwh.j2").render(
        name=name,
        device=device,
        package=package,
        speed=speed,
        timestamp=timestamp,
        clock=Clock.at_most(clock_mhz),
        banks=[
            {"name": bank, "base": f"0x{base:08X}", "high": f"0x{base + BANK_BYTES - 1:08X}"}
            | {"registers": _registers(bank)}
            for bank, base in banks.items()
        ],
        bank_bytes=BANK_BYTES,
    )


def _registers(bank: str) -> list[dict[str, str]]:
    """Return name and offset of each register of a bank."""
    constants = vars(Status if bank == STATUS else Dma)
    bits = ("START", "DONE", "IDLE")
    names = [name for name in constants if name.isupper() and name not in bits]
    return [{"name": name, "offset": f"0x{constants[name]:02X}"} for name in names]
