# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Instances of the operators of FFDNet and Zero-DCE++, as `tests.hls.operators` makes the others."""

from __future__ import annotations

import numpy as np

from bbcu_fpga import numerics
from tests.hls.integers import integer_type, signed_bits
from tests.hls.program import Case, Parameter, Port, element_bytes, port
from tests.operators.streams import pack_fields, random_integers

Generator = np.random.Generator


def pixel_unshuffle(
    rng: Generator,
    *,
    lanes: int,
    bits: int,
    folds: int,
    height: int,
    width: int,
    factor: int,
    frames: int = 2,
) -> Case:
    """Return a pixel unshuffle of `height` x `width` blocks, `folds` beats per pixel."""
    shape = (frames, height * factor, width * factor, folds * lanes)
    image = random_integers(rng, shape, bits, False)
    return Case(
        "pixel_unshuffle",
        (lanes * bits, folds, *shape[1:3], factor),
        {"in0": port(image, lanes, bits)},
        {"out0": port(numerics.pixel_unshuffle(image, factor), lanes, bits)},
        frames=frames,
    )


def depthwise_unit(
    rng: Generator,
    *,
    channels: int,
    taps: int,
    pixels: int,
    in_bits: int,
    in_signed: bool,
    weight_bits: int,
    extreme: bool = False,
    frames: int = 2,
) -> Case:
    """Return a depthwise unit, binary with `weight_bits` = 1; `extreme` gives the largest accumulators."""
    binary = weight_bits == 1
    taken = random_integers(rng, (frames * pixels * taps, channels), in_bits, in_signed)
    weights = random_integers(rng, (taps, channels), weight_bits, not binary)
    if extreme:
        taken[:] = taken.min() if in_signed else taken.max()
        weights[:] = 1 if binary else weights.min()
    valid = rng.integers(0, 4, len(taken)) >= (0 if extreme else 1)
    values = (2 * taken - 1) * valid[:, None] if binary else taken
    factors = 2 * weights - 1 if binary else weights
    accumulators = numerics.depthwise(values.reshape(frames * pixels, -1), factors.T)
    acc_bits = signed_bits((-(taps << (in_bits + weight_bits)), taps << (in_bits + weight_bits)))
    types = ("ap_uint<1>",) * 2 if binary else (integer_type(in_bits, in_signed), integer_type(weight_bits))
    fields = [(taken[:, lane], in_bits) for lane in range(channels)] + [(valid, 1)] * binary
    return Case(
        "depthwise_unit",
        (channels, taps, pixels, int(binary), *types, acc_bits),
        {"in0": Port(pack_fields(fields), channels * in_bits + binary)},
        {"out0": port(accumulators, channels, acc_bits)},
        {"weights": Parameter(types[1], (taps, channels), element_bytes(weights, weight_bits))},
        frames,
    )


def light_curve(
    rng: Generator,
    *,
    pe: int,
    words: int,
    light_bits: int,
    parameter_bits: int,
    in_shift: int,
    out_shift: int,
    frames: int = 2,
) -> Case:
    """Return a step of the curve on random light and parameters."""
    light = random_integers(rng, (frames * words, pe), light_bits - in_shift, False)
    parameter = random_integers(rng, (frames * words, pe), parameter_bits, True)
    fixed_point = (light_bits, parameter_bits, in_shift, out_shift)
    result = numerics.light_curve(light, parameter, *fixed_point)
    inputs = {"in0": port(light, pe, light_bits - in_shift), "in1": port(parameter, pe, parameter_bits)}
    outputs = {"out0": port(result, pe, light_bits - out_shift)}
    return Case("light_curve", (pe, words, *fixed_point), inputs, outputs, frames=frames)
