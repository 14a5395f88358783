# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every HLS operator equals `numerics` for sizes that hypothesis draws, one instance of each per program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.hls.operators import make
from tests.hls.program import MODES, Mode, check

Draw = Any  # hypothesis' draw function
Sizes = dict[str, dict[str, Any]]
SETTINGS = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "phases": [Phase.generate],  # a smaller counterexample is not worth its compilations
    "suppress_health_check": list(HealthCheck),
}


def _limits(draw: Draw) -> tuple[int, int]:
    low = draw(st.sampled_from([0, -1])) * draw(st.integers(1, 3000))
    return low, draw(st.integers(max(low, 0) + 1, 3000))


def _frame(draw: Draw) -> dict[str, int]:
    return {"height": draw(st.integers(1, 7)), "width": draw(st.integers(1, 7))}


def _matrix(draw: Draw) -> dict[str, int]:
    pe, simd = draw(st.integers(1, 6)), draw(st.sampled_from([1, 2, 3, 7, 8, 32, 63, 64, 65, 100]))
    sizes = {"mw": simd * draw(st.integers(1, 9)), "mh": pe * draw(st.integers(1, 4))}
    return {
        "pe": pe,
        "simd": simd,
        **sizes,
        "pixels": draw(st.integers(1, 5)),
        "extreme": draw(st.integers(-1, 1)),
    }


def _epilogue(draw: Draw) -> dict[str, Any]:
    pe, repeat = draw(st.integers(1, 9)), draw(st.sampled_from([1, 1, 2, 4, 9]))
    return {
        "pe": pe,
        "channels": pe * repeat * draw(st.integers(1, 3)),
        "repeat": repeat,
        "pixels": draw(st.integers(3, 30)),
        "acc_bits": draw(st.integers(2, 20)),
        "acc_signed": draw(st.booleans()),
        "widths": (draw(st.integers(2, 20)), draw(st.integers(2, 18)), draw(st.integers(2, 40))),
        "shift": draw(st.integers(0, 4)),
        "limits": _limits(draw),
        "residual_bits": draw(st.sampled_from([0, 1, 5, 8, 12])),
        "residual_signed": draw(st.booleans()),
        "post_limits": _limits(draw) if draw(st.booleans()) else None,
        "post_shift": draw(st.integers(0, 3)),
    }


def _shuffle(draw: Draw) -> dict[str, int]:
    return {
        "lanes": draw(st.integers(1, 12)),
        "bits": draw(st.integers(1, 9)),
        "folds": draw(st.integers(1, 4)),
        **_frame(draw),
        "factor": draw(st.integers(2, 4)),
    }


def _depthwise(draw: Draw) -> dict[str, Any]:
    sizes = {"channels": draw(st.integers(1, 9)), "taps": draw(st.sampled_from([1, 9]))}
    sizes |= {"pixels": draw(st.integers(1, 5)), "extreme": draw(st.booleans())}
    if draw(st.booleans()):
        return {**sizes, "in_bits": 1, "in_signed": False, "weight_bits": 1}
    bits = {"in_bits": draw(st.integers(2, 12)), "weight_bits": draw(st.integers(2, 8))}
    return {**sizes, **bits, "in_signed": draw(st.booleans())}


@st.composite
def all_operators(draw: Draw) -> Sizes:
    """Draw sizes for one instance of every operator."""
    simd, pe, channels = draw(st.integers(1, 9)), draw(st.integers(1, 40)), draw(st.integers(1, 13))
    return {
        "window_generator": {
            "bits": draw(st.integers(1, 9)),
            "simd": simd,
            "channels": simd * draw(st.integers(1, 4)),
            **_frame(draw),
            "kernel": draw(st.sampled_from([1, 3, 3, 5])),
            "flag": draw(st.integers(0, 1)),
        },
        "xnor_popcount_mvu": _matrix(draw),
        "integer_mvu": {
            **_matrix(draw),
            "in_bits": draw(st.integers(2, 16)),
            "in_signed": draw(st.booleans()),
            "weight_bits": draw(st.integers(2, 12)),
        },
        "epilogue": _epilogue(draw),
        "threshold": {
            "pe": pe,
            "channels": pe * draw(st.integers(1, 4)),
            "pixels": draw(st.integers(2, 9)),
            "in_bits": draw(st.integers(2, 16)),
            "in_signed": draw(st.booleans()),
            "bound_bits": draw(st.integers(2, 18)),
        },
        "pixel_shuffle": _shuffle(draw),
        "pixel_unshuffle": _shuffle(draw),
        "bilinear_kernel": {
            "channels": channels,
            "bits": draw(st.integers(1, 10)),
            "factor": draw(st.integers(2, 5)),
            **_frame(draw),
        },
        "depthwise_unit": _depthwise(draw),
        "light_curve": {
            "pe": draw(st.integers(1, 5)),
            "words": draw(st.integers(2, 20)),
            "light_bits": draw(st.integers(4, 14)),
            "parameter_bits": draw(st.integers(2, 10)),
            "in_shift": draw(st.integers(0, 3)),
            "out_shift": draw(st.integers(0, 3)),
        },
        "stream_fork": {"bits": draw(st.integers(1, 200)), "words": draw(st.integers(1, 9))},
        "stream_width_converter": {
            "narrow": draw(st.integers(1, 70)),
            "ratio": draw(st.integers(1, 9)),
            "pack": draw(st.booleans()),
            "words": draw(st.integers(1, 5)),
        },
    }


def _check(sizes: Sizes, mode: Mode, root: Path) -> None:
    cases = [make(operator, 0, drawn) for operator, drawn in sizes.items()]
    folder = root / str(len(list(root.iterdir())))
    folder.mkdir()
    check(cases, mode, folder)


@settings(max_examples=2, **SETTINGS)
@given(sizes=all_operators())
def test_every_bit(sizes: Sizes, tmp_path: Path) -> None:
    _check(sizes, MODES["portable"], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
@settings(max_examples=40, **SETTINGS)
@given(sizes=all_operators())
def test_every_bit_of_many(sizes: Sizes, mode: str, tmp_path: Path) -> None:
    _check(sizes, MODES[mode], tmp_path)
