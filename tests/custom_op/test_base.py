# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Streams and integer types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qonnx.core.datatype import DataType

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.custom_op.memory import (
    LUTRAM_MAX_BITS,
    bram18s,
    in_lutram,
    lutram_luts,
    mux_luts,
    rom_bram18s,
    rom_luts,
)
from bbcu_fpga.custom_op.stream import Stream


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**40))
def test_the_integer_type_is_the_narrowest(low: int, size: int) -> None:
    high = low + size
    kind = integer_type(low, high)
    assert kind.min() <= low <= high <= kind.max()
    assert kind.signed() == (low < 0)
    bits = kind.bitwidth() - 1
    if bits > (1 if low < 0 else 0):
        narrower = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if low < 0 else (0, (1 << bits) - 1)
        assert not narrower[0] <= low <= high <= narrower[1]


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [(0, 0, "BINARY"), (-8, -8, "INT4"), (0, 255, "UINT8"), (-1, 0, "INT2"), (-128, 128, "INT9")],
)
def test_integer_types(low: int, high: int, name: str) -> None:
    assert integer_type(low, high).name == name


def test_a_flagged_stream_of_bits_is_three_valued() -> None:
    flagged = Stream((1, 4, 5, 6), 3, DataType["BIPOLAR"], 1)
    assert (flagged.folded_shape, flagged.words, flagged.width) == ((1, 4, 5, 2, 3), 40, 4)
    assert flagged.tensor_datatype == DataType["TERNARY"]
    assert Stream((1, 4, 5, 6), 3, DataType["UINT8"], 1).tensor_datatype == DataType["UINT8"]
    assert Stream((1, 4, 5, 6), 3, DataType["BIPOLAR"]).tensor_datatype == DataType["BIPOLAR"]


def test_a_memory_is_lutram_or_block_ram() -> None:
    for depth, width in ((64, 500), (65, 63), (66, 63), (512, 36), (513, 36), (16384, 1), (1024, 18)):
        luts, blocks = lutram_luts(depth, width), bram18s(depth, width)
        assert (luts > 0) != (blocks > 0)
        assert in_lutram(depth, width) == (rom_luts(depth, width) > 0) == (luts > 0)
    assert in_lutram(LUTRAM_MAX_BITS, 1)
    assert (bram18s(1285, 256), bram18s(10276, 24), bram18s(5000, 16)) == (22, 16, 5), "pages of 512 words"
    assert (mux_luts(788, 32), mux_luts(1285, 64), mux_luts(100, 16)) == (0, 64, 16)
    assert (bram18s(512, 36), bram18s(513, 36), bram18s(1024, 18), bram18s(16384, 1)) == (1, 2, 1, 1)
    assert (lutram_luts(65, 3), rom_luts(65, 3)) == (8, 6)
    # as yosys 0.66 counted them: benchmarks/memories.py
    assert [lutram_luts(4, 48), lutram_luts(60, 48), lutram_luts(53, 16)] == [32, 64, 24]
    assert [rom_bram18s(660, 512), rom_bram18s(36, 1024), rom_bram18s(1285, 64)] == [29, 29, 6]
