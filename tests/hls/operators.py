# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Instances of every operator with random words and what `numerics` says comes out of them.

Each function takes the sizes of an instance as the header names them. Values fill their whole range, ends
included; `extreme` asks for the data for which sums are largest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bbcu_fpga import numerics
from bbcu_fpga.numerics import IntArray, PiecewiseLinear
from tests.hls.depthwise_operators import depthwise_unit, light_curve, pixel_unshuffle
from tests.hls.integers import Limits, integer_type, signed_bits
from tests.hls.program import Case, Parameter, Port, element_bytes, port
from tests.operators.streams import flagged_windows, pack_fields, random_integers

Generator = np.random.Generator


def window_generator(
    rng: Generator,
    *,
    bits: int,
    simd: int,
    channels: int,
    height: int,
    width: int,
    kernel: int,
    flag: int,
    frames: int = 2,
) -> Case:
    """Return a line buffer on random frames; without a flag the taps outside the image are 0."""
    image = random_integers(rng, (frames, height, width, channels), bits, False)
    if flag:
        words = Port(flagged_windows(image, kernel, simd, bits), simd * bits + 1)
    else:
        words = port(numerics.extract_windows(image, kernel), simd, bits)
    sizes = (bits, simd, channels, height, width, kernel, flag)
    return Case("window_generator", sizes, {"in0": port(image, simd, bits)}, {"out0": words}, frames=frames)


def xnor_popcount_mvu(
    rng: Generator, *, pe: int, simd: int, mw: int, mh: int, pixels: int, extreme: int = 0, frames: int = 2
) -> Case:
    """Return a binary unit; `extreme` = 1 or -1 makes every product that, and every beat valid."""
    beats = frames * pixels * mw // simd
    weights = rng.choice([-1, 1], (mh, mw))
    bits = rng.integers(0, 2, (beats, simd))
    valid = rng.integers(0, 4, beats) > 0
    if extreme:
        bits = np.tile((weights[0] * extreme > 0).reshape(-1, simd), (frames * pixels, 1)).astype(np.int64)
        weights[:] = weights[0]
        valid[:] = True
    vectors = (2 * bits - 1) * valid[:, None]
    accumulators = numerics.matrix_vector(vectors.reshape(-1, mw), weights)
    acc_bits = mw.bit_length() + 1
    rows = weights.reshape(mh // pe, pe, mw // simd, simd).transpose(0, 2, 1, 3)
    elements = numerics.pack_words(numerics.bipolar_to_bits(rows).reshape(-1, simd), 1)
    words = Port(pack_fields([*((bits[:, lane], 1) for lane in range(simd)), (valid, 1)]), simd + 1)
    return Case(
        "xnor_popcount_mvu",
        (pe, simd, mw, mh, pixels, acc_bits),
        {"in0": words},
        {"out0": port(accumulators, pe, acc_bits)},
        {"weights": Parameter(f"ap_uint<{simd}>", (rows.shape[0] * rows.shape[1], pe), elements)},
        frames,
    )


def integer_mvu(
    rng: Generator,
    *,
    pe: int,
    simd: int,
    mw: int,
    mh: int,
    pixels: int,
    in_bits: int,
    in_signed: bool,
    weight_bits: int,
    extreme: int = 0,
    frames: int = 2,
) -> Case:
    """Return an integer unit; `extreme` = 1 or -1 gives the largest accumulators of that sign."""
    image = random_integers(rng, (frames * pixels, mw), in_bits, in_signed)
    weights = random_integers(rng, (mh, mw), weight_bits, True)
    if extreme:
        image[:] = image.min() if in_signed else image.max()
        weights[:] = -(1 << (weight_bits - 1)) if in_signed == (extreme > 0) else (1 << (weight_bits - 1)) - 1
    accumulators = numerics.matrix_vector(image, weights)
    largest = mw << (in_bits + weight_bits - 1 - in_signed)
    acc_bits = signed_bits((-largest, largest))
    rows = weights.reshape(mh // pe, pe, mw // simd, simd).transpose(0, 2, 1, 3)
    dimensions = (rows.shape[0] * rows.shape[1], pe, simd)
    types = (integer_type(in_bits, in_signed), integer_type(weight_bits))
    return Case(
        "integer_mvu",
        (pe, simd, mw, mh, pixels, *types, acc_bits),
        {"in0": port(image, simd, in_bits)},
        {"out0": port(accumulators, pe, acc_bits)},
        {"weights": Parameter(types[1], dimensions, element_bytes(rows, weight_bits))},
        frames,
    )


def _line(function: PiecewiseLinear, pe: int, widths: tuple[int, int, int]) -> Parameter:
    columns = [
        element_bytes(getattr(function, name), bits)
        for name, bits in zip(PiecewiseLinear.FIELDS, (*widths, *widths[1:]), strict=True)
    ]
    shape = (function.channels // pe, pe)
    return Parameter(f"bbcu::Line<{', '.join(map(str, widths))}>", shape, np.concatenate(columns, axis=1))


def random_function(
    rng: Generator, channels: int, widths: tuple[int, int, int], shift: int, limits: Limits
) -> PiecewiseLinear:
    """Return one with random lines over the whole range of their widths."""
    width = dict(zip(("breakpoint", "slope", "offset"), widths, strict=True))
    lines = {
        name: random_integers(rng, (channels,), width[name.split("_")[0]], True)
        for name in PiecewiseLinear.FIELDS
    }
    return PiecewiseLinear(**lines, shift=shift, low=limits[0], high=limits[1])


def tie_function(channels: int, shift: int, limits: Limits) -> PiecewiseLinear:
    """Return ``round(x / 2**shift)``, whose ties go both ways."""
    zeros, ones = np.zeros(channels, np.int64), np.ones(channels, np.int64)
    return PiecewiseLinear(zeros, ones, zeros, ones, zeros, shift, *limits)


def epilogue(
    rng: Generator,
    *,
    pe: int,
    channels: int,
    pixels: int,
    acc_bits: int,
    acc_signed: bool = True,
    widths: tuple[int, int, int],
    shift: int,
    limits: Limits,
    residual_bits: int = 0,
    residual_signed: bool = True,
    repeat: int = 1,
    post_limits: Limits | None = None,
    post_shift: int = 3,
    ties: bool = False,
    frames: int = 2,
) -> Case:
    """Return an epilogue with a residual if it has bits, and with post if that has limits."""
    accumulators = random_integers(rng, (frames * pixels, channels), acc_bits, acc_signed)
    pre = (
        tie_function(channels, shift, limits)
        if ties
        else random_function(rng, channels, widths, shift, limits)
    )
    for step in (-1, 0, 1):  # at the breakpoints
        row = (step + 1) % len(accumulators)
        accumulators[row] = np.clip(pre.breakpoint + step, accumulators.min(), accumulators.max())
    result_limits = post_limits or limits
    result_bits = result_limits[1].bit_length() if result_limits[0] >= 0 else signed_bits(result_limits)
    types = (integer_type(acc_bits, acc_signed), integer_type(result_bits, result_limits[0] < 0))
    template: list[str | int] = [
        pe,
        channels,
        pixels,
        *types,
        f"bbcu::Rounding<{shift}, {limits[0]}, {limits[1]}>",
    ]
    inputs = {"in0": port(accumulators, pe, acc_bits)}
    parameters = {"pre": _line(pre, pe, widths)}
    template.append(parameters["pre"].type)
    residual = post = None
    if residual_bits:
        residual = random_integers(rng, (frames * pixels, channels // repeat), residual_bits, residual_signed)
        inputs["in1"] = port(residual, pe, residual_bits)
        template += [integer_type(residual_bits, residual_signed), repeat]
    if post_limits:
        post_widths = (signed_bits(limits), *widths[1:])
        post = random_function(rng, channels, post_widths, post_shift, post_limits)
        parameters["post"] = _line(post, pe, post_widths)
        template.append(f"bbcu::Rounding<{post_shift}, {post_limits[0]}, {post_limits[1]}>")
        template.append(parameters["post"].type)
    results = numerics.epilogue(accumulators, pre, residual, post)
    outputs = {"out0": port(results, pe, result_bits)}
    return Case("epilogue", tuple(template), inputs, outputs, parameters, frames)


def threshold(
    rng: Generator,
    *,
    pe: int,
    channels: int,
    pixels: int,
    in_bits: int,
    in_signed: bool,
    bound_bits: int,
    frames: int = 2,
) -> Case:
    """Return a comparison, some of its values being at their threshold and one below."""
    values = random_integers(rng, (frames * pixels, channels), in_bits, in_signed)
    bounds = random_integers(rng, (channels,), bound_bits, True)
    for row, step in enumerate((0, -1)):
        values[row % len(values)] = np.clip(bounds + step, values.min(), values.max())
    bits = numerics.bipolar_to_bits(numerics.compare_thresholds(values, bounds))
    types = (integer_type(in_bits, in_signed), integer_type(bound_bits))
    return Case(
        "threshold",
        (pe, channels, pixels, *types),
        {"in0": port(values, pe, in_bits)},
        {"out0": port(bits, pe, 1)},
        {"thresholds": Parameter(types[1], (channels // pe, pe), element_bytes(bounds, bound_bits))},
        frames,
    )


def pixel_shuffle(
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
    """Return a pixel shuffle of `folds` beats per pixel of the larger image."""
    shape = (frames, height, width, factor**2 * folds * lanes)
    image = random_integers(rng, shape, bits, False)
    shuffled = numerics.pixel_shuffle(image, factor)
    return Case(
        "pixel_shuffle",
        (lanes * bits, folds, height, width, factor),
        {"in0": port(image, lanes, bits)},
        {"out0": port(shuffled, lanes, bits)},
        frames=frames,
    )


def bilinear_kernel(
    rng: Generator, *, channels: int, bits: int, factor: int, height: int, width: int, frames: int = 2
) -> Case:
    """Return the up-sampling of random frames, given as windows."""
    image = random_integers(rng, (frames, height, width, channels), bits, False)
    subpixels = numerics.bilinear_subpixels(image, factor)
    windows = Port(flagged_windows(image, 3, channels, bits), channels * bits + 1)
    sizes = (channels, bits, factor, height * width)
    out_bits = (numerics.bilinear_unit(factor) ** 2 * ((1 << bits) - 1)).bit_length()
    outputs = {"out0": port(subpixels, channels, out_bits)}
    return Case("bilinear_kernel", sizes, {"in0": windows}, outputs, frames=frames)


def stream_fork(rng: Generator, *, bits: int, words: int, frames: int = 2) -> Case:
    """Return a fork of random words."""
    copy = port(random_integers(rng, (frames * words, bits), 1, False), bits, 1)
    return Case("stream_fork", (bits, words), {"in0": copy}, {"out0": copy, "out1": copy}, frames=frames)


def stream_width_converter(
    rng: Generator, *, narrow: int, ratio: int, pack: bool, words: int, frames: int = 2
) -> Case:
    """Return a converter that packs `ratio` words of `narrow` bits into one, or the reverse."""
    lanes: IntArray = random_integers(rng, (frames * words, ratio * narrow), 1, False)
    ports = [port(lanes, narrow, 1), port(lanes, narrow * ratio, 1)]
    source, target = ports if pack else ports[::-1]
    sizes = (source.bits, target.bits, words)
    return Case("stream_width_converter", sizes, {"in0": source}, {"out0": target}, frames=frames)


def make(operator: str, seed: int, sizes: dict[str, Any]) -> Case:
    """Return the case of an operator by its name, the same for the same seed."""
    others = {f.__name__: f for f in (depthwise_unit, light_curve, pixel_unshuffle)}
    return {**globals(), **others}[operator](np.random.default_rng(seed), **sizes)
