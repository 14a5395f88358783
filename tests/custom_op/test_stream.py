# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A tensor becomes the words that the operators' ports carry, and back."""

from __future__ import annotations

import numpy as np
import pytest
from qonnx.core.datatype import DataType

from bbcu_fpga.custom_op.stream import Stream

SHAPE = (1, 2, 3, 6)


@pytest.mark.parametrize("kind", ["BIPOLAR", "UINT3", "INT5", "INT17"])
@pytest.mark.parametrize("lanes", [1, 2, 6])
def test_unpack_undoes_pack(kind: str, lanes: int) -> None:
    datatype = DataType[kind]
    random = np.random.default_rng(lanes)
    tensor = random.integers(int(datatype.min()), int(datatype.max()) + 1, SHAPE)
    if kind == "BIPOLAR":
        tensor = random.choice([-1, 1], SHAPE)
    stream = Stream(SHAPE, lanes, datatype)
    words = stream.pack(tensor)
    assert len(words) == stream.words
    assert max(words) < 1 << stream.width
    np.testing.assert_array_equal(stream.unpack(words), tensor)


def test_lane_0_is_lowest_and_negative_numbers_are_twos_complement() -> None:
    tensor = np.array([1, -1, 2]).reshape(1, 1, 1, 3)
    assert Stream((1, 1, 1, 3), 3, DataType["INT4"]).pack(tensor) == [0x2F1]
    assert Stream((1, 1, 1, 3), 1, DataType["INT4"]).pack(tensor) == [0x1, 0xF, 0x2]


def test_the_flag_of_a_binary_stream_follows_from_its_zeros() -> None:
    stream = Stream((1, 1, 1, 4), 2, DataType["BIPOLAR"], flag_bits=1)
    tensor = np.array([1, -1, 0, 0]).reshape(1, 1, 1, 4)
    assert stream.pack(tensor) == [0b101, 0b000]
    np.testing.assert_array_equal(stream.unpack([0b101, 0b000]), tensor)
    # an invalid tap is 0 whatever its lanes carry
    np.testing.assert_array_equal(stream.unpack([0b101, 0b011]), tensor)


def test_the_flag_of_numbers_is_given() -> None:
    stream = Stream((1, 1, 1, 4), 2, DataType["UINT2"], flag_bits=1)
    tensor = np.array([0, 0, 3, 1]).reshape(1, 1, 1, 4)
    assert stream.pack(tensor, valid=np.array([1, 0])) == [0b10000, 0b00111]


def test_bits_above_the_payload_are_ignored() -> None:
    stream = Stream((1, 1, 1, 2), 2, DataType["INT3"])
    np.testing.assert_array_equal(stream.unpack([0b11_101_010]).reshape(-1), [2, -3])
