# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Run an unmodified program on the simulated board: ``python -m simulated_board BOARD.json PROGRAM [ARGS]``.

BOARD.json has `library`, `data_dir` and `clock_mhz`, as `VerilatedLogic` takes them, and `access_limit`.
"""

from __future__ import annotations

import json
import runpy
import sys
import warnings
from pathlib import Path


def main() -> None:
    """Make the board, then run the program as its root user would."""
    # on a PC pynq warns that it knows neither the board nor the processor
    warnings.filterwarnings("ignore", module="pynq")
    from .bus import Bus
    from .device import SimulatedPynqZ2, install
    from .verilated import VerilatedLogic
    from .zynq import Slcr

    board = json.loads(Path(sys.argv[1]).read_text())
    bus, slcr = Bus(access_limit=board["access_limit"]), Slcr()
    logic = VerilatedLogic(Path(board["library"]), Path(board["data_dir"]), bus, slcr, board["clock_mhz"])
    install(SimulatedPynqZ2(bus, slcr, logic))
    sys.argv = sys.argv[2:]
    sys.path.insert(0, str(Path(sys.argv[0]).resolve().parent))
    runpy.run_path(sys.argv[0], run_name="__main__")


main()
