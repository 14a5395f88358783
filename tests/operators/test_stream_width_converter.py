# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""stream_width_converter: low bits first, padding ignored and zero, no bubbles."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import pack_words
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.errors import LintError
from bbcu_fpga.sim.verilator import lint
from tests.operators.bench import Bench, in_both_forms, width_converter
from tests.operators.streams import dirty_padding

FRAMES, WORDS = 2, 30  # words of the wider side per frame
CASES = [
    (narrow, ratio, packs)
    for narrow, ratio in ((8, 3), (1, 12), (5, 3), (33, 2), (12, 1))
    for packs in (True, False)
]


@pytest.mark.parametrize(
    ("form", "narrow", "ratio", "packs"), in_both_forms(CASES, hls=(4, 7), slow=(0, 1, 9))
)
def test_converts(bench: Bench, form: str, narrow: int, ratio: int, packs: bool) -> None:
    rng = np.random.default_rng(narrow)
    bits = rng.integers(0, 2, (FRAMES * WORDS, ratio * narrow))
    wide_words, narrow_words = pack_words(bits, 1), pack_words(bits.reshape(-1, narrow), 1)
    source, sink = (narrow_words, wide_words) if packs else (wide_words, narrow_words)
    in_width, out_width = (narrow, narrow * ratio) if packs else (narrow * ratio, narrow)
    dut = bench.node(form, width_converter(in_width, out_width, WORDS * ratio * narrow))
    result = bench.run_with_rests(dut, {"in0": dirty_padding(rng, source, in_width)}, {"out0": sink})
    if dut.has_cycles:
        narrow_port = "in0" if packs else "out0"
        assert set(np.diff(result.transfer_cycles[narrow_port])) == {1}


def test_refuses_widths_that_do_not_divide() -> None:
    top = "stream_width_converter"
    with pytest.raises(LintError, match="must divide the other"):
        lint(module_sources(top), top, {"IN_WIDTH": 8, "OUT_WIDTH": 12})
