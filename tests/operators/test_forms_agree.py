# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""NumPy = HLS C++ = RTL, zero differing words, for operators of any size, folding and width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from bbcu_fpga.sim.job import Pattern, Scenario
from tests.operators.bench import FULL_SPEED, HLS, RTL, Bench
from tests.operators.drawn_nodes import OPERATORS, DrawnNode, nodes

SCENARIOS = [
    FULL_SPEED,
    Scenario(
        idle={"in0": Pattern(pause=0.3), "in1": Pattern(pause=0.5)},
        back_pressure={"out0": Pattern(pause=0.4)},
        seed=7,
    ),
]


def few(examples: int) -> Callable[[Any], Any]:
    """Return settings for examples that take seconds each: the same every time, none of them shrunk."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def check(drawn: DrawnNode, simulator_root: Path, factory: pytest.TempPathFactory) -> None:
    """Compare both forms with what NumPy computed."""
    for form in (RTL, HLS):
        bench = Bench(simulator_root, factory.mktemp(form))
        dut = bench.node(form, drawn.model)
        bench.run(dut, SCENARIOS, inputs=drawn.inputs, expected=drawn.expected)


@few(3)
@given(drawn=nodes())
def test_a_few(drawn: DrawnNode, simulator_root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(drawn, simulator_root, tmp_path_factory)


@pytest.mark.slow
@pytest.mark.parametrize("kind", OPERATORS, ids=lambda kind: kind.__name__)
def test_many(
    kind: Callable[[Any], Any], simulator_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @few(12)
    @given(drawn=nodes((kind,)))
    def of_this_kind(drawn: DrawnNode) -> None:
        check(drawn, simulator_root, tmp_path_factory)

    of_this_kind()
