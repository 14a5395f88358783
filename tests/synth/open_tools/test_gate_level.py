# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What yosys makes of every operator delivers what its RTL delivers, word by word and cycle by cycle.

Run by `make test-synth`, which installs the tools; without them these tests fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.simulation import load_report, simulate
from bbcu_fpga.synth.open_tools.gate_level import gate_level
from bbcu_fpga.synth.open_tools.root import OpenTools
from bbcu_fpga.synth.open_tools.yosys import Design
from tests.operators.bench import RTL, Bench
from tests.operators.drawn_nodes import OPERATORS, DrawnNode, nodes
from tests.operators.test_forms_agree import SCENARIOS, few

pytestmark = [pytest.mark.slow, pytest.mark.open_tools]


@pytest.mark.parametrize("kind", OPERATORS, ids=lambda kind: kind.__name__)
def test_an_operator(
    kind: Callable[[Any], Any], simulator_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @few(3)
    @given(drawn=nodes((kind,)))
    def of_this_kind(drawn: DrawnNode) -> None:
        folder = tmp_path_factory.mktemp("netlist")
        bench = Bench(simulator_root, folder)
        rtl = bench.node(RTL, drawn.model)
        design = Design.of(rtl.top, rtl.sources, rtl.parameters, sorted(folder.glob("*.dat")))
        tools = OpenTools.from_environment(os.environ)
        netlist = replace(rtl, sources=gate_level(design, tools, folder / "synthesis"), parameters={})
        of_rtl, of_netlist = (
            bench.run(dut, SCENARIOS, inputs=drawn.inputs, expected=drawn.expected) for dut in (rtl, netlist)
        )
        for one, other in zip(of_rtl, of_netlist, strict=True):
            assert one.transfer_cycles.keys() == other.transfer_cycles.keys()
            for port, cycles in one.transfer_cycles.items():
                np.testing.assert_array_equal(cycles, other.transfer_cycles[port])

    of_this_kind()


def test_an_accelerator(tmp_path: Path) -> None:
    config = BuildConfig.model_validate(
        {
            "name": "gates",
            "model": "tiny",
            "board": "Pynq-Z2",
            "clock_mhz": 50,
            "frame": {"height": 12, "width": 12},
            "folding": {"target_fps": 300},
        }
    )
    built = build(config, tmp_path / "build")
    simulate(built, "netlist")
    simulate(built, "rtl")
    netlist, rtl = (load_report(built, engine) for engine in ("netlist", "rtl"))
    assert netlist is not None and rtl is not None
    assert netlist.differing == 0 and netlist.compared == rtl.compared > 0
    assert netlist.cycles_per_frame == rtl.cycles_per_frame
    assert netlist.latency_cycles == rtl.latency_cycles
