# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The best folding of a graph: what it promises is what the finished graph has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.resources import Resources, node_resources
from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.optimize_folding import (
    Optimum,
    cheapest_folding,
    fastest_folding,
)
from bbcu_fpga.transformation.set_folding import SetFolding
from bbcu_fpga.transformation.size_fifos import frame_cycles
from tests.transformation.streaming_graphs import PYNQ_Z2, residual_network, to_streams


@pytest.fixture(scope="module")
def network() -> ModelWrapper:
    return residual_network(channels=8, height=6, width=8)


def fastest(network: ModelWrapper, **limits: int) -> Optimum:
    return fastest_folding(network, PYNQ_Z2, replace(PYNQ_Z2, **limits))


@pytest.mark.parametrize("cycles", [432, 2000, 10**6])
def test_the_target_is_met(network: ModelWrapper, cycles: int) -> None:
    optimum = cheapest_folding(network, cycles, PYNQ_Z2)
    assert frame_cycles(network.transform(SetFolding(optimum.folding))) <= cycles
    assert optimum.folding["tail"].lanes in (1, 3), "the shuffle behind the tail has three channels"


@pytest.mark.parametrize("cycles", [432, 3000])
def test_the_resources_are_those_of_the_finished_graph(network: ModelWrapper, cycles: int) -> None:
    finished = to_streams(network, cycles)
    total = sum((node_resources(node, "") for node in finished.graph.node), Resources())
    assert cheapest_folding(network, cycles, PYNQ_Z2).resources == total


def test_a_slower_target_costs_less(network: ModelWrapper) -> None:
    luts = [cheapest_folding(network, cycles, PYNQ_Z2).resources.LUT for cycles in (432, 1728, 10**6)]
    assert luts == sorted(luts, reverse=True) and luts[0] > luts[-1]


def test_an_infeasible_target_is_refused(network: ModelWrapper) -> None:
    message = r"^layer head: 431 cycles .* still needs 432; lower target_fps or the frame size"
    with pytest.raises(FoldingError, match=message):
        cheapest_folding(network, 431, PYNQ_Z2)  # 48 pixels of nine taps


def test_a_large_device_unfolds_everything(network: ModelWrapper) -> None:
    optimum = fastest(network)
    assert optimum.cycles == 432
    assert frame_cycles(network.transform(SetFolding(optimum.folding))) == 432


@pytest.mark.parametrize("resource", ["LUT", "DSP"])
def test_the_fastest_folding_stays_within_its_budget(network: ModelWrapper, resource: str) -> None:
    least, most = (getattr(cheapest_folding(network, c, PYNQ_Z2).resources, resource) for c in (10**6, 432))
    limit = (least + most) // 2
    optimum = fastest(network, **{resource: limit})
    assert getattr(optimum.resources, resource) <= limit
    assert optimum.cycles > 432
    # one step faster does not fit, at any price
    step = max(c for c in range(432, optimum.cycles) if _is_bound(network, c))
    cheap = Resources(**{**dict.fromkeys(("LUT", "FF", "BRAM18", "DSP"), 10**9), resource: 1})
    assert getattr(cheapest_folding(network, step, cheap).resources, resource) > limit


def _is_bound(network: ModelWrapper, cycles: int) -> bool:
    units = [getCustomOp(node) for node in network.graph.node if node.op_type.endswith("MVU")]
    return any(cycles % unit.pixels == 0 for unit in units) and cycles % 48 == 0


def test_what_does_not_fit_is_refused(network: ModelWrapper) -> None:
    with pytest.raises(FoldingError, match=r"^no folding fits into Resources\(LUT=100.*smaller network"):
        fastest(network, LUT=100)
