# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every HLS operator equals `numerics` in every bit: extremes, one-word folds, odd widths, tiny frames.

Modes: C++14 optimized, as `simulate` runs it; C++17 with streams of one word under the address and undefined
behaviour sanitizers; and the text that Vitis HLS sees, with the hardware's number types.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bbcu_fpga import numerics
from tests.hls.operators import make, tie_function
from tests.hls.program import MODES, check


def _window(
    simd: int, channels: int, size: tuple[int, int], kernel: int, bits: int = 1, flag: int = 1
) -> dict:
    sizes = {"bits": bits, "simd": simd, "channels": channels, "kernel": kernel, "flag": flag}
    return {**sizes, "height": size[0], "width": size[1]}


def _xnor(pe: int, simd: int, mw: int, mh: int, **more: int) -> dict:
    return {"pe": pe, "simd": simd, "mw": mw, "mh": mh, "pixels": 5, **more}


def _integer(
    pe: int, simd: int, mw: int, mh: int, in_bits: int, in_signed: bool, weight_bits: int, **more: int
) -> dict:
    types = {"in_bits": in_bits, "in_signed": in_signed, "weight_bits": weight_bits}
    return {"pe": pe, "simd": simd, "mw": mw, "mh": mh, "pixels": 4, **types, **more}


def _epilogue(pe: int, channels: int, **more: Any) -> dict:
    layer = {"acc_bits": 9, "widths": (8, 8, 14), "shift": 4, "limits": (-128, 127)}
    return {"pe": pe, "channels": channels, "pixels": 12, **layer, **more}


def _depthwise(
    channels: int, taps: int, in_bits: int, in_signed: bool, weight_bits: int, **more: bool
) -> dict:
    types = {"in_bits": in_bits, "in_signed": in_signed, "weight_bits": weight_bits}
    return {"channels": channels, "taps": taps, "pixels": 4, **types, **more}


def _curve(pe: int, bits: tuple[int, int], shifts: tuple[int, int]) -> dict:
    fixed_point = {"light_bits": bits[0], "parameter_bits": bits[1]}
    return {"pe": pe, "words": 300, **fixed_point, "in_shift": shifts[0], "out_shift": shifts[1]}


def _shuffle(folds: int, size: tuple[int, int], factor: int, lanes: int = 2, bits: int = 5) -> dict:
    return {
        "lanes": lanes,
        "bits": bits,
        "folds": folds,
        "height": size[0],
        "width": size[1],
        "factor": factor,
    }


SIZES: dict[str, list[dict[str, Any]]] = {
    "window_generator": [
        _window(8, 16, (5, 6), 3),
        _window(3, 3, (4, 7), 3, bits=8, flag=0),
        _window(1, 3, (3, 3), 5, bits=5),  # a frame smaller than the kernel
        _window(2, 2, (1, 1), 3),
        _window(1, 1, (1, 5), 5),
        _window(1, 2, (4, 1), 5),
        _window(1, 1, (6, 1), 3),
        _window(2, 4, (3, 2), 1),
        _window(4, 4, (2, 3), 7, bits=2, flag=0),
        _window(70, 70, (3, 4), 3),  # wider than a machine word
    ],
    "xnor_popcount_mvu": [
        _xnor(4, 8, 72, 8),
        _xnor(1, 1, 9, 1, pixels=20),
        _xnor(6, 18, 18, 6),  # one beat per vector, all rows at once
        _xnor(2, 9, 9, 6),
        _xnor(3, 72, 144, 6, extreme=1),
        _xnor(3, 5, 45, 3, extreme=-1),
        _xnor(1, 64, 64, 2, extreme=1),
        _xnor(2, 130, 260, 4),
    ],
    "integer_mvu": [
        _integer(2, 3, 27, 4, 8, False, 8),
        _integer(1, 1, 9, 1, 5, True, 3),
        _integer(4, 6, 6, 4, 12, True, 8),  # one beat per vector, all rows at once
        _integer(2, 4, 12, 6, 8, False, 8, extreme=1),
        _integer(2, 4, 12, 6, 8, False, 8, extreme=-1),
        _integer(1, 12, 12, 3, 8, True, 8, extreme=1),
        _integer(1, 12, 12, 3, 16, True, 16, extreme=-1),
        _integer(3, 9, 27, 3, 1, False, 2),
    ],
    "epilogue": [
        _epilogue(1, 3),
        _epilogue(4, 4, residual_bits=8),  # one beat per pixel
        _epilogue(2, 8, post_limits=(-100, 90)),
        _epilogue(2, 8, residual_bits=10, limits=(-512, 511), post_limits=(-512, 511)),
        _epilogue(2, 16, residual_bits=8, repeat=4),
        _epilogue(2, 4, residual_bits=6, repeat=2, post_limits=(0, 63)),
        _epilogue(1, 2, residual_bits=7, residual_signed=False, limits=(0, 255), widths=(8, 8, 16)),
        _epilogue(1, 2, acc_bits=21, shift=33, widths=(20, 20, 48), limits=(-32768, 32767), residual_bits=16),
        _epilogue(3, 3, shift=0, widths=(5, 2, 10), limits=(-256, 255), acc_signed=False),
        _epilogue(1, 1, acc_bits=6, shift=2, limits=(-8, 7), widths=(2, 2, 2), ties=True, pixels=80),
        _epilogue(1, 1, acc_bits=6, shift=1, limits=(-20, 20), widths=(2, 2, 2), ties=True, pixels=80),
        _epilogue(12, 24, residual_bits=11, post_limits=(0, 255), post_shift=0, limits=(-1024, 1023)),
    ],
    "threshold": [
        {"pe": 4, "channels": 8, "pixels": 9, "in_bits": 8, "in_signed": True, "bound_bits": 8},
        {"pe": 1, "channels": 1, "pixels": 30, "in_bits": 5, "in_signed": False, "bound_bits": 7},
        {"pe": 3, "channels": 3, "pixels": 9, "in_bits": 6, "in_signed": False, "bound_bits": 4},
        {"pe": 33, "channels": 66, "pixels": 5, "in_bits": 12, "in_signed": True, "bound_bits": 13},
    ],
    "pixel_shuffle": [
        _shuffle(1, (3, 4), 2),
        _shuffle(3, (2, 3), 2),
        _shuffle(1, (2, 1), 2),
        _shuffle(2, (1, 1), 3),
        _shuffle(1, (2, 3), 3, lanes=3, bits=8),
        _shuffle(2, (2, 2), 4),
        _shuffle(1, (1, 5), 2, lanes=10, bits=8),
    ],
    "pixel_unshuffle": [
        _shuffle(1, (3, 4), 2),
        _shuffle(3, (2, 3), 2),
        _shuffle(1, (2, 1), 2),
        _shuffle(1, (1, 1), 3),
        _shuffle(2, (2, 3), 3, lanes=3, bits=8),
        _shuffle(2, (2, 2), 4),
    ],
    "bilinear_kernel": [
        {"channels": 3, "bits": 8, "factor": 2, "height": 4, "width": 5},
        {"channels": 1, "bits": 5, "factor": 2, "height": 1, "width": 1},
        {"channels": 2, "bits": 3, "factor": 3, "height": 1, "width": 4},
        {"channels": 12, "bits": 8, "factor": 4, "height": 3, "width": 1},
        {"channels": 1, "bits": 1, "factor": 5, "height": 2, "width": 3},
    ],
    "depthwise_unit": [
        _depthwise(5, 9, 1, False, 1),
        _depthwise(70, 9, 1, False, 1),  # wider than a machine word
        _depthwise(2, 9, 1, False, 1, extreme=True),
        _depthwise(3, 9, 8, False, 8),
        _depthwise(3, 9, 8, True, 8, extreme=True),
        _depthwise(2, 25, 12, True, 5),
        _depthwise(1, 1, 4, False, 2),
    ],
    "light_curve": [
        _curve(1, (5, 4), (0, 0)),
        _curve(3, (12, 8), (4, 0)),
        _curve(1, (12, 8), (0, 4)),
        _curve(7, (2, 2), (1, 1)),
        _curve(1, (24, 24), (0, 3)),
    ],
    "stream_fork": [
        {"bits": 7, "words": 5},
        {"bits": 130, "words": 3},
    ],
    "stream_width_converter": [
        {"narrow": 5, "ratio": 3, "pack": True, "words": 4},
        {"narrow": 5, "ratio": 3, "pack": False, "words": 4},
        {"narrow": 12, "ratio": 1, "pack": True, "words": 4},
        {"narrow": 33, "ratio": 4, "pack": True, "words": 2},
        {"narrow": 33, "ratio": 4, "pack": False, "words": 2},
    ],
}


# each takes seconds to compile, and test_drawn_sizes has every operator in the mode "portable"
SLOW = {(name, mode) for name in ("pixel_unshuffle", "depthwise_unit", "light_curve") for mode in MODES}
SLOW -= {(name, "cpp14") for name in SIZES}


@pytest.mark.parametrize(
    ("operator", "mode"),
    [
        pytest.param(name, mode, marks=[pytest.mark.slow] if (name, mode) in SLOW else [])
        for name in SIZES
        for mode in MODES
    ],
)
def test_every_bit(operator: str, mode: str, tmp_path: Path) -> None:
    cases = [make(operator, seed, sizes) for seed, sizes in enumerate(SIZES[operator])]
    check(cases, MODES[mode], tmp_path)


def test_the_data_reach_both_ends() -> None:
    """The extremes mean something: sums touch both ends, epilogues saturate, ties round up and down."""

    def values(operator: str, index: int, bits: int, lanes: int) -> set[int]:
        words = make(operator, index, SIZES[operator][index]).outputs["out0"].data
        return set(numerics.unpack_words(words, lanes, bits, True).ravel())

    assert values("xnor_popcount_mvu", 4, 9, 3) == {144}
    assert values("xnor_popcount_mvu", 5, 7, 3) == {-45}
    assert {-128, 127} <= values("epilogue", 1, 8, 4)
    assert {-8, 7} <= values("epilogue", 9, 4, 1)
    ties = tie_function(1, 2, (-8, 7))
    assert {int(ties(x)[0]) * 4 - x for x in (2, 6, -2, -6)} == {-2, 2}
