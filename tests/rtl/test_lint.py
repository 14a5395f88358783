# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every module is clean, alone, under Verilator's full lint, and a broken stream does not go unseen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.resources import module_sources, rtl_dir
from bbcu_fpga.sim.errors import ContractError
from bbcu_fpga.sim.job import Pattern
from bbcu_fpga.sim.run import simulate
from bbcu_fpga.sim.verilator import lint

MODULES = sorted(path.stem for path in rtl_dir().glob("*.sv"))


@pytest.mark.parametrize("module", MODULES)
def test_lint(module: str) -> None:
    lint(module_sources(module), module)


@pytest.mark.parametrize("module", MODULES)
def test_layout(module: str) -> None:
    text = (rtl_dir() / f"{module}.sv").read_text()
    lines = text.splitlines()
    assert lines[0].startswith("// SPDX-FileCopyrightText") and lines[1].startswith("// SPDX-License")
    assert max(map(len, lines)) <= 100 and "\t" not in text
    assert "`default_nettype none" in text and f"\nmodule {module} " in text


@pytest.mark.parametrize(
    ("fault", "consequence"), [("WITHDRAWS_VALID", "the word is lost"), ("CHANGES_DATA", "overwritten")]
)
def test_checker_catches_a_broken_stream(simulator_root: Path, fault: str, consequence: str) -> None:
    data = np.arange(40, dtype=np.uint8).reshape(-1, 1)
    with pytest.raises(ContractError, match=consequence):
        simulate(
            "broken_stream",
            [Path(__file__).with_name("broken_stream.sv"), *module_sources("stream_checker")],
            parameters={fault: 1},
            inputs={"in0": data},
            expected={"out0": data},
            build_root=simulator_root,
            back_pressure=Pattern(pause=0.5),
            timeout_cycles=2000,
        )
