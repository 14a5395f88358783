# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What can go wrong when RTL is checked, built or simulated, beside a missing tool."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bbcu_fpga.errors import DeadlockError, ExactnessError, SimulationError


class LintError(SimulationError):
    """Verilator rejects, or warns about, a design; the message is Verilator's text."""


class SimulatorBuildError(SimulationError):
    """A simulator could not be compiled; the message ends with the last lines of its log."""


class ContractError(SimulationError):
    """An assertion of the RTL failed: a port broke the stream contract, or a parameter file is missing."""


class DifferingWordsError(ExactnessError):
    """An output port delivered other words than expected, or more of them.

    `port` and `index` locate the first such word.
    """

    def __init__(self, port: str, index: int, message: str) -> None:
        super().__init__(message)
        self.port = port
        self.index = index


class StreamDeadlockError(DeadlockError):
    """No word moved on any port for the watchdog's time.

    `fifos` lists the full FIFOs (hierarchical name and fill), `ports` what each port was waiting for.
    """

    def __init__(self, cycle: int, fifos: Sequence[str], ports: Sequence[str], log: Path) -> None:
        super().__init__(
            f"deadlock in cycle {cycle}: {'; '.join(ports)}; full FIFOs: {'; '.join(fifos) or 'none'}. "
            f"A full FIFO beside a longer path is too shallow: make it deeper (log: {log})"
        )
        self.cycle = cycle
        self.fifos = list(fifos)
        self.ports = list(ports)
