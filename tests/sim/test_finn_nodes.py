# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FINN's execute_node in rtlsim mode delivers, without Vivado, the integers of its execution in Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finn.transformation.fpgadataflow.prepare_rtlsim import PrepareRTLSim
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.sim.errors import SimulatorBuildError
from tests.sim.finn_nodes import execute, finn_node, padding, prepare, random_input, thresholding, windows


def converter(in_width: int, out_width: int) -> ModelWrapper:
    shape = [1, 3, 4, 12]
    widths = {"inWidth": in_width, "outWidth": out_width}
    return finn_node(
        "StreamingDataWidthConverter_rtl", "INT4", inShape=shape, outShape=shape, dataType="INT4", **widths
    )


def matrix_vector(SIMD: int) -> ModelWrapper:
    weights = np.random.default_rng(2).integers(-8, 8, (6, 4)).astype(np.float32)
    kinds = {"inputDataType": "INT4", "weightDataType": "INT4"}
    sums = {"outputDataType": "INT12", "accDataType": "INT12", "noActivation": 1}
    sizes = {"MW": 6, "MH": 4, "SIMD": SIMD, "PE": 2, "numInputVectors": [1, 5]}
    style = {"resType": "dsp", "mem_mode": "internal_decoupled"}
    return finn_node("MVAU_rtl", "INT4", {"weights": (weights, "INT4")}, **kinds, **sums, **sizes, **style)


NODES: dict[str, Callable[[], ModelWrapper]] = {
    "thresholding": thresholding,
    "windows": windows,
    "windows, parallel": lambda: windows(SIMD=4, parallel_window=1),
    "windows, depthwise": lambda: windows(depthwise=1),
    "windows, depthwise, parallel": lambda: windows(depthwise=1, SIMD=4, parallel_window=1),
    "windows, stride 2": lambda: windows(Stride=[2, 2], OFMDim=[2, 3]),
    "padding": padding,
    "converter, wider": lambda: converter(8, 24),
    "converter, no multiple": lambda: converter(24, 16),
    "matrix-vector unit": lambda: matrix_vector(SIMD=1),
}


@pytest.mark.parametrize("name", NODES)
def test_rtl_equals_python(name: str, finn_seam: Path) -> None:
    model = prepare(NODES[name]())
    for seed in range(2):
        value = random_input(model, seed)
        simulated = execute(model, value, "rtlsim")
        np.testing.assert_array_equal(simulated, execute(model, value, "cppsim"))
        assert len(np.unique(simulated)) > 2, "a constant proves nothing"


def test_cycles_are_measured(finn_seam: Path) -> None:
    model = prepare(windows())
    context: dict[str, Any] = {"in0": random_input(model)}
    operator = getCustomOp(model.graph.node[0])
    operator.execute_node(context, model.graph)
    words = operator.get_number_output_values()
    assert words < operator.get_nodeattr("cycles_rtlsim") <= operator.get_exp_cycles()


def test_workers_prepare_in_parallel(finn_seam: Path) -> None:
    model = prepare(padding()).transform(PrepareRTLSim(num_workers=2))
    value = random_input(model)
    np.testing.assert_array_equal(execute(model, value, "rtlsim"), execute(model, value, "cppsim"))


def test_a_matrix_vector_unit_with_an_adder_tree_is_refused(finn_seam: Path) -> None:
    with pytest.raises(SimulatorBuildError, match=r"error in add_multi\.sv .*\n.*SIMD = 1 does without it"):
        prepare(matrix_vector(SIMD=3))


def test_finns_synthesizable_fifo_is_named_and_its_gauge_recommended(finn_seam: Path) -> None:
    shapes = {"folded_shape": [1, 3, 4, 2, 2], "normal_shape": [1, 3, 4, 4]}
    model = finn_node("StreamingFIFO_rtl", "INT4", depth=8, dataType="INT4", **shapes)
    with pytest.raises(SimulatorBuildError, match=r"error in fifo\.sv .*\n.*behav=True") as error:
        prepare(model)
    assert "%Error: " in str(error.value), "Verilator's own words"
    assert Path(getCustomOp(prepare(model, behav=True).graph.node[0]).get_nodeattr("rtlsim_so")).is_file()
