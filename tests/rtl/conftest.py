# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the operator benches share: one build folder for the session and a short way to run a module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.job import Scenario
from bbcu_fpga.sim.run import simulate_scenarios
from bbcu_fpga.sim.verilator import Parameters
from tests.rtl.streams import Results, RunModule


@pytest.fixture(scope="session")
def simulator_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the simulators, shared by the workers of a parallel session."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "simulators"


@pytest.fixture
def run_module(simulator_root: Path, tmp_path: Path) -> RunModule:
    """Return a function that simulates a module of the rtl folder; parameter files are found in tmp_path."""

    def run(top: str, parameters: Parameters, scenarios: Sequence[Scenario], **arguments: Any) -> Results:
        return simulate_scenarios(
            top,
            module_sources(top),
            scenarios,
            parameters=parameters,
            build_root=simulator_root,
            data_dir=tmp_path,
            **{"timeout_cycles": 2000, **arguments},
        )

    return run
