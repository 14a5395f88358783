# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The least latency of a graph, against sums done by hand."""

from __future__ import annotations

import pytest

from bbcu_fpga.transformation.latency_bound import latency_bound
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from tests.custom_op.operators import single_node
from tests.transformation.streaming_graphs import residual_network

HEIGHT, WIDTH = 5, 6
WHOLE = {"head": LayerFolding(4, 3, 4), "body": LayerFolding(4, 4, 4), "tail": LayerFolding(12, 4, 3)}


@pytest.mark.parametrize(("kernel", "simd"), [(1, 4), (3, 4), (3, 1), (5, 2)])
def test_one_window_generator(kernel: int, simd: int) -> None:
    model, _ = single_node(
        "WindowGenerator",
        channels=4,
        kernel=kernel,
        SIMD=simd,
        flag=0,
        datatype="UINT8",
        height=HEIGHT,
        width=WIDTH,
    )
    taken, period = 4 // simd, kernel**2 * 4 // simd
    reach = kernel // 2
    # the first window is complete with the last pixel it holds; from then on it gives words without a rest
    first = (reach * WIDTH + reach + 1) * taken - 1 if kernel > 1 else 0
    least = max(first, period - 1) + (HEIGHT * WIDTH - 1) * period
    assert latency_bound(model) == least


def test_a_network_waits_for_its_windows() -> None:
    model = residual_network(height=HEIGHT, width=WIDTH).transform(SetFolding(WHOLE))
    # every layer takes nine cycles per pixel but the last, whose shuffle gives 4 x 4 words of a pixel
    slowest = HEIGHT * WIDTH * 9
    assert slowest <= latency_bound(model) <= slowest + 3 * 9 * (WIDTH + 2) + 2 * WIDTH * 16


def test_a_unit_that_waits_has_its_other_row_groups_before_it() -> None:
    slow_body = {**WHOLE, "body": LayerFolding(1, 4, 1)}
    model = residual_network(height=HEIGHT, width=WIDTH).transform(SetFolding(slow_body))
    together = latency_bound(model)
    assert together >= HEIGHT * WIDTH * 36
    # the body's last pixel completes the last row of windows and two of the row before; each then takes nine
    # cycles more, and so do the nine words of the first one that its second half of the rows needs again
    halves = {**slow_body, "tail": LayerFolding(6, 4, 3)}
    windows = WIDTH + 2
    assert latency_bound(model.transform(SetFolding(halves))) - together == 9 * (windows - 1) + 9
