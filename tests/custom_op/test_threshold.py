# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Threshold: bits where a value reaches its channel's threshold."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from tests.custom_op.operators import execute, fields, memory_words, random_tensor, single_node

THRESHOLDS = np.array([-128, 127, 128, 0, 1, -7], np.float32)  # 128: never


def test_equal_is_enough() -> None:
    kinds = {"datatype": "INT8", "threshold_datatype": "INT9"}
    model, operator = single_node("Threshold", {"thresholds": THRESHOLDS}, channels=6, **kinds)
    values = random_tensor(operator)
    values[0, 0, 0], values[0, 1, 1] = (np.clip(THRESHOLDS - below, -128, 127) for below in (0, 1))
    bits = execute(model, values)
    np.testing.assert_array_equal(bits, np.where(values < THRESHOLDS, -1, 1))
    assert (bits[..., 0] == 1).all()
    assert (bits[..., 2] == -1).all()
    assert bits[0, 0, 0].tolist() == [1, 1, -1, 1, 1, 1]


@pytest.mark.parametrize("pe", [1, 2, 6])
@pytest.mark.parametrize(("datatype", "bits", "signed"), [("INT8", 8, 1), ("UINT7", 7, 0)])
def test_memory_words_unpack_to_the_thresholds(pe: int, datatype: str, bits: int, signed: int) -> None:
    kinds = {"datatype": datatype, "threshold_datatype": "INT9"}
    model, operator = single_node("Threshold_rtl", {"thresholds": THRESHOLDS}, channels=6, PE=pe, **kinds)
    assert isinstance(operator, RtlOperator)
    module = operator.rtl_module(model)
    types = {"IN_BITS": bits, "IN_SIGNED": signed, "THRESHOLD_BITS": 9}
    assert module.name == "threshold"
    assert module.parameters == {"PE": pe, "CHANNELS": 6, **types}
    numbers = [fields(word, [9] * pe) for word in memory_words(module.memories["PARAM_FILE"])]
    assert np.concatenate(numbers).tolist() == THRESHOLDS.tolist()
