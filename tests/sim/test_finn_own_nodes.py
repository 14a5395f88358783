# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""This project's RTL nodes run in FINN's rtlsim mode: their flag bits and several outputs included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode

from bbcu_fpga.numerics import IntArray, extract_windows
from tests.custom_op.operators import HEIGHT, WIDTH, execute, random_tensor, single_node
from tests.sim.finn_nodes import prepare

BITS = {"input_datatype": "BIPOLAR", "weight_datatype": "BIPOLAR", "accumulator_datatype": "INT7"}
MATRIX = {"MW": 36, "MH": 6, "channels": 4, "SIMD": 2, "PE": 3}


def simulate_and_compare(
    op_type: str,
    tensors: list[IntArray],
    parameters: dict[str, np.ndarray] | None = None,
    outputs: int = 1,
    **attributes: Any,
) -> None:
    model, _ = single_node(op_type, parameters, **attributes)
    model = prepare(model)
    for index in range(outputs):
        name = f"out{index}"
        simulated = execute(model, *tensors, output=name)
        expected = execute(model.transform(SetExecMode("cppsim")), *tensors, output=name)
        np.testing.assert_array_equal(simulated, expected)
        assert len(np.unique(simulated)) > 1, "a constant proves nothing"


def pixels(channels: int, kind: str) -> IntArray:
    attributes = {"channels": channels, "PE": 1, "datatype": kind}
    return random_tensor(single_node("PixelShuffle", factor=1, **attributes)[1])


def test_window_generator_and_its_flag(finn_seam: Path) -> None:
    shape = {"channels": 6, "kernel": 3, "SIMD": 2}
    simulate_and_compare("WindowGenerator_rtl", [pixels(6, "BIPOLAR")], flag=1, datatype="BIPOLAR", **shape)


def test_xnor_popcount_mvu(finn_seam: Path) -> None:
    windows = extract_windows(pixels(4, "BIPOLAR"), 3)
    assert (windows == 0).any(), "taps outside the image"
    weights = np.random.default_rng(5).choice([-1.0, 1.0], (6, 36))
    simulate_and_compare("XnorPopcountMVU_rtl", [windows], {"weights": weights}, **MATRIX, **BITS)


def test_bilinear_kernel_whose_pixels_may_be_zero(finn_seam: Path) -> None:
    image = pixels(3, "UINT8")
    image[0, 0, 0], image[0, 1:3, 2] = 0, 0
    sizes = {"channels": 3, "factor": 2}
    simulate_and_compare("BilinearKernel_rtl", [extract_windows(image, 3)], **sizes, datatype="UINT8")


def test_fork_with_two_outputs(finn_seam: Path) -> None:
    image = pixels(6, "UINT5")
    simulate_and_compare("StreamFork_rtl", [image], outputs=2, channels=6, PE=3, datatype="UINT5")


def test_threshold_reads_its_memory(finn_seam: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # the memory's path must not depend on where Python runs
    monkeypatch.chdir(tmp_path)
    kinds = {"datatype": "INT9", "threshold_datatype": "INT10"}
    thresholds = {"thresholds": np.linspace(-200, 200, 6).round()}
    simulate_and_compare("Threshold_rtl", [pixels(6, "INT9")], thresholds, channels=6, PE=3, **kinds)


def test_shapes_of_the_bench_are_those_of_the_operators() -> None:
    assert pixels(6, "INT9").shape == (1, HEIGHT, WIDTH, 6)
