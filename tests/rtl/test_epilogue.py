# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""epilogue: post(saturate(pre(acc) + residual)) in every integer, with ties and saturation on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.numerics import IntArray, PiecewiseLinear, epilogue
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.errors import LintError
from bbcu_fpga.sim.verilator import lint
from tests.rtl.streams import (
    RunModule,
    dirty_padding,
    pack_fields,
    pack_folded,
    random_integers,
    run_with_rests,
    write_hex,
)

PIXELS = 60


@dataclass(frozen=True)
class Layer:
    """One epilogue: its folding, its optional parts and its widths."""

    pe: int = 2
    channels: int = 8
    acc_bits: int = 9
    residual_bits: int = 0  # 0: none
    residual_signed: bool = True
    repeat: int = 1
    sum_range: tuple[int, int] = (-128, 127)
    shift: int = 4
    slope_bits: int = 8
    offset_bits: int = 14
    post_range: tuple[int, int] | None = None


LAYERS = {
    "bare": Layer(pe=1, channels=3),
    "residual": Layer(residual_bits=8),
    "post": Layer(post_range=(-100, 90)),
    "everything": Layer(residual_bits=10, sum_range=(-512, 511), post_range=(-512, 511)),
    "repeat": Layer(residual_bits=8, repeat=4, channels=16),
    "one_beat_repeated": Layer(pe=2, residual_bits=6, repeat=2, channels=4),
    "unsigned_output": Layer(residual_bits=7, residual_signed=False, sum_range=(0, 255), offset_bits=16),
    "wide": Layer(pe=1, channels=2, acc_bits=21, shift=33, slope_bits=20, offset_bits=48, residual_bits=16),
    "integer": Layer(shift=0, slope_bits=2, offset_bits=10, sum_range=(-256, 255)),
    "one_channel": Layer(pe=1, channels=1, post_range=(0, 63)),
}


def random_function(
    rng: np.random.Generator, layer: Layer, in_bits: int, limits: tuple[int, int]
) -> PiecewiseLinear:
    channels = layer.channels
    slope, offset = layer.slope_bits, layer.offset_bits
    return PiecewiseLinear(
        breakpoint=random_integers(rng, (channels,), in_bits - 1, True),
        slope_above=random_integers(rng, (channels,), slope, True),
        offset_above=random_integers(rng, (channels,), offset, True),
        slope_below=random_integers(rng, (channels,), slope, True),
        offset_below=random_integers(rng, (channels,), offset, True),
        shift=layer.shift,
        low=limits[0],
        high=limits[1],
    )


def signed_bits(limits: tuple[int, int]) -> int:
    return max(limits[1], -limits[0] - 1).bit_length() + 1


def function_parameters(prefix: str, layer: Layer, in_bits: int) -> dict[str, int]:
    return {
        f"{prefix}_SHIFT": layer.shift,
        f"{prefix}_BREAK_BITS": in_bits - 1,
        f"{prefix}_SLOPE_BITS": layer.slope_bits,
        f"{prefix}_OFFSET_BITS": layer.offset_bits,
    }


def lane_fields(layer: Layer, function: PiecewiseLinear, in_bits: int, lane: int) -> list:
    widths = (in_bits - 1, *[layer.slope_bits, layer.offset_bits] * 2)
    return [
        (getattr(function, name)[lane :: layer.pe], bits)
        for name, bits in zip(PiecewiseLinear.FIELDS, widths, strict=True)
    ]


def random_accumulators(rng: np.random.Generator, layer: Layer, pre: PiecewiseLinear) -> IntArray:
    """Return accumulators [PIXELS, channels] over their whole range, some of them at the breakpoints."""
    accumulators = random_integers(rng, (PIXELS, layer.channels), layer.acc_bits, True)
    for step in (-1, 0, 1):
        accumulators[step + 1] = pre.breakpoint + step
    return accumulators


@pytest.mark.parametrize("name", LAYERS)
def test_every_integer(run_module: RunModule, tmp_path: Path, name: str) -> None:
    layer = LAYERS[name]
    rng = np.random.default_rng(len(name))
    sum_bits = signed_bits(layer.sum_range)
    pre = random_function(rng, layer, layer.acc_bits, layer.sum_range)
    post = random_function(rng, layer, sum_bits, layer.post_range) if layer.post_range else None
    accumulators = random_accumulators(rng, layer, pre)
    residual = None
    if layer.residual_bits:
        skip_channels = layer.channels // layer.repeat
        residual = random_integers(rng, (PIXELS, skip_channels), layer.residual_bits, layer.residual_signed)
    results = epilogue(accumulators, pre, residual, post)
    out_range = layer.post_range or layer.sum_range
    assert {results.min(), results.max()} == set(out_range), "the data must saturate on both sides"

    out_bits = out_range[1].bit_length() if out_range[0] == 0 else signed_bits(out_range)
    fields = []
    for lane in range(layer.pe):
        fields += lane_fields(layer, pre, layer.acc_bits, lane)
        fields += lane_fields(layer, post, sum_bits, lane) if post else []
    parameters: dict[str, int | str] = {
        "PE": layer.pe,
        "CHANNELS": layer.channels,
        "ACC_BITS": layer.acc_bits,
        "RESIDUAL": int(residual is not None),
        "RESIDUAL_BITS": layer.residual_bits or 8,
        "RESIDUAL_SIGNED": int(layer.residual_signed),
        "REPEAT": layer.repeat,
        "SUM_BITS": sum_bits,
        "SUM_LOW": layer.sum_range[0],
        "SUM_HIGH": layer.sum_range[1],
        **function_parameters("PRE", layer, layer.acc_bits),
        "POST": int(post is not None),
        **function_parameters("POST", layer, sum_bits),
        "OUT_BITS": out_bits,
        "OUT_LOW": out_range[0],
        "OUT_HIGH": out_range[1],
        "PARAM_FILE": write_hex(tmp_path / "parameters.hex", pack_fields(fields)),
    }
    acc_words = pack_folded(accumulators, layer.pe, layer.acc_bits)
    inputs = {"in0": dirty_padding(rng, acc_words, layer.pe * layer.acc_bits)}
    if residual is not None:
        skip_words = pack_folded(residual, layer.pe, layer.residual_bits)
        inputs["in1"] = dirty_padding(rng, skip_words, layer.pe * layer.residual_bits)
    expected = {"out0": pack_folded(results, layer.pe, out_bits)}
    result = run_with_rests(run_module, "epilogue", parameters, inputs, expected, frames=PIXELS)
    assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0] == (10 if post else 6)
    assert set(np.diff(result.transfer_cycles["out0"])) == {1}


def test_ties_round_to_even(run_module: RunModule, tmp_path: Path) -> None:
    """(x + 2) / 4 for every 6-bit x: every fourth value is a tie, half of them go up and half down."""
    x = np.arange(-32, 32)[:, None]
    ones, zeros = np.ones(1, np.int64), np.zeros(1, np.int64)
    pre = PiecewiseLinear(zeros, ones, 2 * ones, ones, 2 * ones, shift=2, low=-128, high=127)
    rounded_up = epilogue(x, pre)[::4, 0] * 4 - (x[::4, 0] + 2)
    assert {*rounded_up} == {-2, 2}
    word = pack_fields(
        [(getattr(pre, name), bits) for name, bits in zip(pre.FIELDS, (2, 2, 3, 2, 3), strict=True)]
    )
    parameters: dict[str, int | str] = {
        "PE": 1,
        "CHANNELS": 1,
        "ACC_BITS": 6,
        "PRE_SHIFT": 2,
        "PRE_BREAK_BITS": 2,
        "PRE_SLOPE_BITS": 2,
        "PRE_OFFSET_BITS": 3,
        "PARAM_FILE": write_hex(tmp_path / "parameters.hex", word),
    }
    inputs, expected = {"in0": pack_folded(x, 1, 6)}, {"out0": pack_folded(epilogue(x, pre), 1, 8)}
    run_with_rests(run_module, "epilogue", parameters, inputs, expected)


def test_refuses_a_range_without_post() -> None:
    with pytest.raises(LintError, match="without POST"):
        lint(module_sources("epilogue"), "epilogue", {"OUT_HIGH": 126})
