# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The step that folds: the budget of DSP slices holds for accumulators, too."""

from __future__ import annotations

import pytest
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.steps import BuildContext, fold
from tests.transformation.streaming_graphs import residual_network


@pytest.fixture(scope="module")
def network() -> ModelWrapper:
    return residual_network(channels=8, height=6, width=8)


def dsps(network: ModelWrapper, share: float) -> tuple[int, set[str]]:
    """Return the DSP slices of the fastest folding within a share of 220, and where it accumulates."""
    content = {
        "name": "budget",
        "model": "tiny",
        "board": "Pynq-Z2",
        "clock_mhz": 100.0,
        "frame": {"height": 6, "width": 8},
        "folding": {"maximize_fps": True, "budget": {"dsp": share}},
    }
    folded = fold(network, BuildContext(BuildConfig.model_validate(content), network))
    operators = [getCustomOp(node) for node in folded.graph.node]
    units = [operator for operator in operators if operator.onnx_node.op_type == "XnorPopcountMVU"]
    used = sum(int(operator.dsp_estimation("")) for operator in operators)
    return used, {unit.get_nodeattr("accumulator") for unit in units}


def test_spare_slices_accumulate(network: ModelWrapper) -> None:
    assert dsps(network, 1.0)[1] == {"dsp"}


@pytest.mark.parametrize("limit", [11, 22, 44])
def test_a_budget_of_slices_holds_for_accumulators(network: ModelWrapper, limit: int) -> None:
    assert dsps(network, limit / 220)[0] <= limit
