# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""numerics: every function against its formula in Python integers, or against PyTorch."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from bbcu_fpga import numerics
from bbcu_fpga.numerics import IntArray, PiecewiseLinear

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


def integers(seed: int, shape: tuple[int, ...], low: int = -1000, high: int = 1000) -> IntArray:
    return np.random.default_rng(seed).integers(low, high + 1, shape)


def nchw(image: IntArray) -> torch.Tensor:
    return torch.from_numpy(image.transpose(0, 3, 1, 2).astype(np.float64))


def nhwc(image: torch.Tensor) -> np.ndarray:
    return image.numpy().transpose(0, 2, 3, 1)


@given(st.integers(-(2**50), 2**50), st.integers(0, 40))
def test_rounding_is_half_to_even(value: int, shift: int) -> None:
    assert numerics.round_half_even_shift(value, shift) == round(Fraction(value, 1 << shift))


def test_rounding_equals_rint_on_every_tie() -> None:
    values = np.arange(-100, 101)
    for shift in range(6):
        np.testing.assert_array_equal(
            numerics.round_half_even_shift(values, shift), np.rint(values / 2.0**shift)
        )


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1), st.integers(-100, 0), st.integers(0, 100))
def test_saturation_clips_to_the_range(values: list[int], low: int, high: int) -> None:
    assert numerics.saturate(values, low, high).tolist() == [max(low, min(high, x)) for x in values]


def test_the_sign_of_zero_is_positive() -> None:
    assert numerics.sign([-1e-30, -0.0, 0, 1e-30, 5, -5]).tolist() == [-1, 1, 1, 1, 1, -1]


@given(seeds)
def test_a_threshold_is_reached_when_equal(seed: int) -> None:
    values, thresholds = integers(seed, (3, 4, 5), -4, 4), integers(seed + 1, (5,), -4, 4)
    expected = [
        [[1 if x >= t else -1 for x, t in zip(row, thresholds, strict=True)] for row in r] for r in values
    ]
    np.testing.assert_array_equal(numerics.compare_thresholds(values, thresholds), expected)


def random_function(
    seed: int, channels: int, shift: int, low: int = -128, high: int = 127
) -> PiecewiseLinear:
    fields = integers(seed, (5, channels), -300, 300)
    return PiecewiseLinear(
        **dict(zip(PiecewiseLinear.FIELDS, fields, strict=True)), shift=shift, low=low, high=high
    )


def evaluate(function: PiecewiseLinear, channel: int, x: int) -> int:
    """Evaluate one channel in exact arithmetic."""
    side = "above" if x >= function.breakpoint[channel] else "below"
    slope, offset = (int(getattr(function, f"{name}_{side}")[channel]) for name in ("slope", "offset"))
    return max(function.low, min(function.high, round(Fraction(slope * x + offset, 1 << function.shift))))


@given(seeds, sizes, st.integers(0, 12))
def test_a_piecewise_linear_function_is_its_formula(seed: int, channels: int, shift: int) -> None:
    function = random_function(seed, channels, shift)
    values = integers(seed + 1, (7, channels), -400, 400)
    values[0] = function.breakpoint
    expected = [[evaluate(function, c, int(x)) for c, x in enumerate(row)] for row in values]
    np.testing.assert_array_equal(function(values), expected)


def test_channels_are_selected_in_order_and_repeatedly() -> None:
    function, order = random_function(3, 4, 2), [2, 0, 0, 3, 1]
    values = integers(4, (9, 4))
    np.testing.assert_array_equal(function.select(order)(values[:, order]), function(values)[:, order])


def test_the_saturating_function_only_saturates() -> None:
    values = np.arange(-20, 21)[:, None] * np.ones((1, 3), np.int64)
    np.testing.assert_array_equal(PiecewiseLinear.saturation(3, -7, 9)(values), np.clip(values, -7, 9))


@given(seeds, sizes, sizes, st.integers(1, 3), st.sampled_from([1, 3, 5]))
def test_windows_equal_unfold(seed: int, height: int, width: int, channels: int, kernel: int) -> None:
    image = integers(seed, (2, height, width, channels))
    unfolded = functional.unfold(nchw(image), kernel, padding=kernel // 2).numpy()
    # PyTorch orders rows (channel, tap), the hardware (tap, channel)
    expected = unfolded.reshape(2, channels, kernel**2, height, width).transpose(0, 3, 4, 2, 1)
    windows = numerics.extract_windows(image, kernel)
    np.testing.assert_array_equal(windows, expected.reshape(2, height, width, -1))


@given(seeds, sizes, sizes, st.integers(1, 3), st.integers(2, 3))
def test_pixel_shuffle_equals_pytorch(seed: int, height: int, width: int, channels: int, factor: int) -> None:
    image = integers(seed, (1, height, width, channels * factor**2))
    # PyTorch's channel c*r*r + s is the hardware's s*C + c
    order = np.arange(channels * factor**2).reshape(channels, -1).T.reshape(-1)
    expected = nhwc(functional.pixel_shuffle(nchw(image), factor))
    np.testing.assert_array_equal(numerics.pixel_shuffle(image[..., order], factor), expected)


@settings(deadline=None)
@given(seeds, sizes, sizes, st.integers(1, 3), st.integers(2, 3))
def test_pixel_unshuffle_equals_pytorch(
    seed: int, height: int, width: int, channels: int, factor: int
) -> None:
    image = integers(seed, (2, factor * height, factor * width, channels))
    order = np.arange(channels * factor**2).reshape(channels, -1).T.reshape(-1)
    expected = nhwc(functional.pixel_unshuffle(nchw(image), factor))[..., order]
    packed = numerics.pixel_unshuffle(image, factor)
    np.testing.assert_array_equal(packed, expected)
    np.testing.assert_array_equal(numerics.pixel_shuffle(packed, factor), image)


@given(seeds, sizes, sizes, st.integers(1, 3), st.sampled_from([(2, 16), (3, 9), (4, 64), (5, 25)]))
def test_bilinear_subpixels_are_those_of_pytorch(
    seed: int, height: int, width: int, channels: int, factor_and_unit: tuple[int, int]
) -> None:
    factor, unit = factor_and_unit
    image = integers(seed, (1, height, width, channels), 0, 255)
    large = nhwc(functional.interpolate(nchw(image), scale_factor=factor, mode="bilinear"))
    upsampled = numerics.pixel_shuffle(numerics.bilinear_subpixels(image, factor), factor)
    assert numerics.bilinear_unit(factor) ** 2 == unit
    np.testing.assert_array_equal(upsampled, np.rint(unit * large))
    if factor in (2, 4):  # a third and a fifth are no floats
        np.testing.assert_array_equal(upsampled, unit * large)


@settings(deadline=None)
@given(seeds, sizes, sizes, st.integers(1, 3), st.sampled_from([1, 3]))
def test_depthwise_equals_pytorch(seed: int, height: int, width: int, channels: int, kernel: int) -> None:
    image, weights = integers(seed, (2, height, width, channels)), integers(seed, (channels, kernel**2))
    filters = torch.from_numpy(weights.reshape(channels, 1, kernel, kernel).astype(np.float64))
    expected = nhwc(functional.conv2d(nchw(image), filters, padding=kernel // 2, groups=channels))
    np.testing.assert_array_equal(
        numerics.depthwise(numerics.extract_windows(image, kernel), weights), expected
    )


@settings(deadline=None)
@given(seeds, st.integers(2, 12), st.integers(2, 8), st.integers(0, 3))
def test_the_light_curve_is_the_formula_rounded_at_each_product(
    seed: int, light_bits: int, parameter_bits: int, shift: int
) -> None:
    shift = min(shift, light_bits - 1)
    one, half = 1 << light_bits, 1 << (parameter_bits - 1)
    pixels = integers(seed, (40,), 0, (one >> shift) - 1)
    parameter = integers(seed + 1, (40,), -half, half - 1)
    light = pixels.astype(np.float64) * 2**shift / one
    bend = np.rint(light * (light - 1) * one) / one
    curved = np.clip(light + np.rint(parameter / half * bend * one) / one, 0, 1 - 1 / one)
    expected = np.clip(np.rint(curved * (one >> shift)), 0, (one >> shift) - 1)
    found = numerics.light_curve(pixels, parameter, light_bits, parameter_bits, shift, shift)
    np.testing.assert_array_equal(found, expected)


@settings(max_examples=30)
@given(seeds, st.sampled_from([1, 4]), st.booleans())
def test_the_epilogue_saturates_the_sum_and_repeats_the_residual(
    seed: int, repeat: int, has_post: bool
) -> None:
    channels = 3
    pre = random_function(seed, channels * repeat, 5, -50, 40)
    post = random_function(seed + 1, channels * repeat, 4, 0, 63) if has_post else None
    accumulator = integers(seed + 2, (4, channels * repeat), -90, 90)
    residual = integers(seed + 3, (4, channels), -50, 40)
    result = numerics.epilogue(accumulator, pre, residual, post)
    for (row, m), actual in np.ndenumerate(result):
        total = evaluate(pre, m, int(accumulator[row, m])) + int(residual[row, m % channels])
        total = max(pre.low, min(pre.high, total))
        assert actual == (total if post is None else evaluate(post, m, total))


def test_an_epilogue_without_residual_is_its_functions() -> None:
    pre, post = random_function(1, 3, 5), random_function(2, 3, 3)
    values = integers(3, (8, 3))
    np.testing.assert_array_equal(numerics.epilogue(values, pre), pre(values))
    np.testing.assert_array_equal(numerics.epilogue(values, pre, post=post), post(pre(values)))


@given(seeds)
def test_the_matrix_product_is_exact_for_large_integers(seed: int) -> None:
    windows, weights = integers(seed, (3, 7), -(2**26), 2**26), integers(seed + 1, (4, 7), -(2**23), 2**23)
    expected = windows.astype(object) @ weights.astype(object).T
    np.testing.assert_array_equal(numerics.matrix_vector(windows, weights), expected.astype(np.int64))


@pytest.mark.parametrize("power", [12, 26, 30])
def test_the_matrix_product_is_exact_where_floats_end(power: int) -> None:
    odd = np.array([[2**power, 1]])
    assert numerics.matrix_vector(odd, odd).tolist() == [[2 ** (2 * power) + 1]]


@given(seeds, st.integers(1, 40))
def test_the_binary_product_is_xnor_and_popcount_over_valid_taps(seed: int, columns: int) -> None:
    bits, weights, valid = (integers(seed + i, (5, columns), 0, 1) for i in range(3))
    ternary = np.where(valid, 2 * bits - 1, 0)
    xnor = 1 - (bits[:, None] ^ weights[None])
    popcount = (xnor & valid[:, None]).sum(axis=-1)
    expected = 2 * popcount - valid.sum(axis=-1)[:, None]
    np.testing.assert_array_equal(numerics.matrix_vector(ternary, 2 * weights - 1), expected)


def test_invalid_taps_and_minus_one_are_bit_zero() -> None:
    assert numerics.bipolar_to_bits([[-1, 1], [0, 1]]).tolist() == [[0, 1], [0, 1]]


@given(seeds, sizes, st.integers(2, 40), st.booleans())
def test_packing_round_trip(seed: int, lanes: int, bits: int, signed: bool) -> None:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    values = integers(seed, (4, lanes), low, high)
    values[0, 0], values[1, -1] = low, high
    words = numerics.pack_words(values, bits)
    assert words.shape == (4, numerics.stream_bytes(lanes * bits))
    np.testing.assert_array_equal(numerics.unpack_words(words, lanes, bits, signed), values)


@given(seeds, st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_lanes_of_different_widths_follow_each_other_from_the_lowest_bit(
    seed: int, widths: list[int]
) -> None:
    random = np.random.default_rng(seed)
    values = np.array([[int(random.integers(-(1 << (w - 1)), 1 << w)) for w in widths] for _ in range(3)])
    words = numerics.pack_words(values, widths)
    for word, lanes in zip(words, values.tolist(), strict=True):
        expected, position = 0, 0
        for lane, width in zip(lanes, widths, strict=True):
            expected |= (lane & ((1 << width) - 1)) << position
            position += width
        assert int.from_bytes(bytes(word), "little") == expected


@pytest.mark.parametrize(("value", "bits"), [(8, 3), (-5, 3), (2, 1), (-2, 1), (1 << 20, 20)])
def test_a_value_too_large_for_its_lane_is_refused(value: int, bits: int) -> None:
    with pytest.raises(
        OverflowError, match=rf"\[{min(value, 0)}, {max(value, 0)}\] do not fit lanes of {bits}"
    ):
        numerics.pack_words([[0, value]], bits)


@given(seeds, st.integers(1, 5))
def test_memory_lines_start_with_the_most_significant_digit(seed: int, width: int) -> None:
    words = integers(seed, (4, width), 0, 255).astype(np.uint8)
    lines = numerics.hex_words(words)
    assert [int(line, 16) for line in lines] == [int.from_bytes(bytes(word), "little") for word in words]
    assert {len(line) for line in lines} == {2 * width}


def test_stream_words_are_padded_to_bytes() -> None:
    assert [numerics.stream_bytes(bits) for bits in (1, 8, 9, 24, 25)] == [1, 1, 2, 3, 4]
