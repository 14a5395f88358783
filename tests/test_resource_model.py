# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The resource model keeps its promise at what was measured: 10 % of LUT and FF, BRAM and DSP exactly."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.resource_model import RESOURCES, Comparison, comparisons
from benchmarks.resource_sweep import sweep

COMPARED = comparisons()
# ten words of BRAM pages behind each other: the multiplexer is underestimated by a seventh
KNOWN = {("PixelShuffle channels=32 PE=2 datatype=INT12 width=320 factor=2", "LUT")}


@pytest.mark.parametrize("item", COMPARED, ids=lambda item: item.configuration.name)
def test_estimates_are_close_to_yosys(item: Comparison) -> None:
    far = {name for name in RESOURCES if not item.is_close(name)}
    allowed = {name for key, name in KNOWN if key == item.configuration.name}
    assert far == allowed, (item.estimate, item.measured)


def test_every_configuration_is_measured() -> None:
    assert Counter(item.configuration.name for item in COMPARED) == Counter(item.name for item in sweep())
    assert len(COMPARED) >= 60
