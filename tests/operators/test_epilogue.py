# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""epilogue: post(saturate(pre(acc) + residual)) in every integer, with ties and saturation on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import integer_type
from bbcu_fpga.custom_op.epilogue import function_tensor
from bbcu_fpga.numerics import IntArray, PiecewiseLinear, epilogue
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.errors import LintError
from bbcu_fpga.sim.verilator import lint
from tests.operators.bench import HLS, RTL, Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, pack_folded, random_integers

HEIGHT, WIDTH, FRAMES = 5, 6, 2
PIXELS = HEIGHT * WIDTH * FRAMES


@dataclass(frozen=True)
class Layer:
    """One epilogue: its folding, its optional parts and its widths."""

    pe: int = 2
    channels: int = 8
    acc_bits: int = 9
    acc_signed: bool = True
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
    "integer": Layer(acc_signed=False, shift=0, slope_bits=2, offset_bits=10, sum_range=(-256, 255)),
    "one_channel": Layer(pe=1, channels=1, post_range=(0, 63)),
}
# everything, repeat
HLS_LAYERS = (3, 4)
# residual, post: everything has both
SLOW_LAYERS = (1, 2)


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


def integer(bits: int, signed: bool = True) -> str:
    return f"{'' if signed else 'U'}INT{bits}"


def node(layer: Layer, pre: PiecewiseLinear, post: PiecewiseLinear | None, **sizes: int) -> ModelWrapper:
    """Return the operator with these functions."""
    functions = {"pre": function_tensor(pre)} | ({"post": function_tensor(post)} if post else {})
    out_low, out_high = layer.post_range or layer.sum_range
    return operator(
        "Epilogue",
        functions,
        **sizes,
        channels=layer.channels,
        PE=layer.pe,
        accumulator_datatype=integer(layer.acc_bits, layer.acc_signed),
        residual=int(layer.residual_bits > 0),
        residual_datatype=integer(layer.residual_bits, layer.residual_signed) if layer.residual_bits else "",
        repeat=layer.repeat,
        pre_shift=pre.shift,
        sum_low=layer.sum_range[0],
        sum_high=layer.sum_range[1],
        post=int(post is not None),
        post_shift=post.shift if post else 0,
        out_low=out_low,
        out_high=out_high,
    )


def random_accumulators(rng: np.random.Generator, layer: Layer, pre: PiecewiseLinear) -> IntArray:
    """Return accumulators [PIXELS, channels] over their whole range, some of them at the breakpoints."""
    accumulators = random_integers(rng, (PIXELS, layer.channels), layer.acc_bits, layer.acc_signed)
    for step in (-1, 0, 1):
        accumulators[step + 1] = np.clip(pre.breakpoint + step, accumulators.min(), accumulators.max())
    return accumulators


@pytest.mark.parametrize(("form", "name"), in_both_forms(LAYERS, HLS_LAYERS, SLOW_LAYERS))
def test_every_integer(bench: Bench, form: str, name: str) -> None:
    layer = LAYERS[name]
    rng = np.random.default_rng(len(name))
    pre = random_function(rng, layer, layer.acc_bits, layer.sum_range)
    sum_bits = integer_type(min(layer.sum_range[0], -1), layer.sum_range[1]).bitwidth()
    post = random_function(rng, layer, sum_bits, layer.post_range) if layer.post_range else None
    accumulators = random_accumulators(rng, layer, pre)
    residual = None
    if layer.residual_bits:
        skip_channels = layer.channels // layer.repeat
        residual = random_integers(rng, (PIXELS, skip_channels), layer.residual_bits, layer.residual_signed)
    results = epilogue(accumulators, pre, residual, post)
    out_range = layer.post_range or layer.sum_range
    assert {results.min(), results.max()} == set(out_range), "the data must saturate on both sides"

    acc_words = pack_folded(accumulators, layer.pe, layer.acc_bits)
    inputs = {"in0": dirty_padding(rng, acc_words, layer.pe * layer.acc_bits)}
    if residual is not None:
        skip_words = pack_folded(residual, layer.pe, layer.residual_bits)
        inputs["in1"] = dirty_padding(rng, skip_words, layer.pe * layer.residual_bits)
    expected = {"out0": pack_folded(results, layer.pe, integer_type(*out_range).bitwidth())}
    dut = bench.node(form, node(layer, pre, post, height=HEIGHT, width=WIDTH))
    result = bench.run_with_rests(dut, inputs, expected, frames=PIXELS)
    if dut.has_cycles:
        latency = result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][0]
        assert latency == (10 if post else 6)
        assert set(np.diff(result.transfer_cycles["out0"])) == {1}


@pytest.mark.parametrize("form", [RTL, HLS])
def test_ties_round_to_even(bench: Bench, form: str) -> None:
    """(x + 2) / 4 for every 6-bit x: every fourth value is a tie, half of them go up and half down."""
    x = np.arange(-32, 32)[:, None]
    ones, zeros = np.ones(1, np.int64), np.zeros(1, np.int64)
    pre = PiecewiseLinear(zeros, ones, 2 * ones, ones, 2 * ones, shift=2, low=-128, high=127)
    rounded_up = epilogue(x, pre)[::4, 0] * 4 - (x[::4, 0] + 2)
    assert {*rounded_up} == {-2, 2}
    layer = Layer(pe=1, channels=1, acc_bits=6)
    inputs, expected = {"in0": pack_folded(x, 1, 6)}, {"out0": pack_folded(epilogue(x, pre), 1, 8)}
    bench.run_with_rests(bench.node(form, node(layer, pre, None, height=1, width=64)), inputs, expected)


def test_refuses_a_range_without_post() -> None:
    with pytest.raises(LintError, match="without POST"):
        lint(module_sources("epilogue"), "epilogue", {"OUT_HIGH": 126})
