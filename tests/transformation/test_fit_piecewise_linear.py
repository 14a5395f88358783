# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""fit_piecewise_linear: equal on every input, with the smallest shift, or an error."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.numerics import IntArray
from bbcu_fpga.transformation import fit_piecewise_linear
from bbcu_fpga.transformation.fit_piecewise_linear import StepTable, fit


@dataclass(frozen=True)
class Line:
    """``clip(round_half_even(slope * x + offset))``."""

    slope: Fraction
    offset: Fraction

    def __call__(self, x: int, low: int, high: int) -> int:
        return max(low, min(high, round(self.slope * x + self.offset)))


@dataclass(frozen=True)
class Channel:
    """Two lines that meet, or do not, at a breakpoint, on the inputs ``first..last``."""

    below: Line
    above: Line
    breakpoint: int
    first: int
    last: int

    def levels(self, low: int, high: int) -> IntArray:
        inputs = range(self.first, self.last + 1)
        return np.array([(self.above if x >= self.breakpoint else self.below)(x, low, high) for x in inputs])

    def table(self, low: int, high: int) -> StepTable:
        return table_of(self.levels(low, high), self.first, max(self.first, self.breakpoint))


def table_of(levels: IntArray, first: int, bend: int) -> StepTable:
    """Return the runs of consecutive levels, none of which straddles the bend."""
    inputs = first + np.arange(levels.size)
    begins = (np.diff(levels, prepend=levels[0] + 1) != 0) | (inputs == bend)
    starts = inputs[begins]
    return StepTable(starts, np.append(starts[1:] - 1, inputs[-1]), levels[begins], bend)


def dyadic(limit: int) -> st.SearchStrategy[Fraction]:
    """Multiples of 1/256: rounding meets ties of both parities."""
    return st.integers(-limit * 256, limit * 256).map(lambda n: Fraction(n, 256))


eighths = st.integers(-24, 24).map(lambda n: Fraction(n, 8))
dyadic_lines = st.builds(Line, eighths | dyadic(3), eighths | dyadic(60))
# over an odd denominator nothing is ever halfway between two integers, so some shift always does
odd_lines = st.integers(1, 24).flatmap(
    lambda k: st.builds(
        lambda a, b: Line(Fraction(a, 2 * k + 1), Fraction(b, 2 * k + 1)),
        st.integers(-3 * k, 3 * k),
        st.integers(-99 * k, 99 * k),
    )
)


def channels(lines: st.SearchStrategy[Line]) -> st.SearchStrategy[Channel]:
    def build(below: Line, above: Line, bend: int, first: int, size: int) -> Channel:
        return Channel(below, above, bend, first, first + size)

    position = st.integers(-90, 90)
    return st.builds(build, lines, lines, position, position, st.integers(0, 180))


def assert_equal_everywhere(case: list[Channel], low: int, high: int) -> int:
    """Fit, compare on every input of every channel, and return the shift."""
    function = fit([channel.table(low, high) for channel in case], low, high, "layer")
    assert (function.low, function.high, function.channels) == (low, high, len(case))
    for index, channel in enumerate(case):
        inputs = np.arange(channel.first, channel.last + 1)
        np.testing.assert_array_equal(
            function.select([index])(inputs[:, None])[:, 0], channel.levels(low, high)
        )
    return function.shift


@settings(deadline=None, max_examples=200)
@given(
    st.lists(channels(dyadic_lines | odd_lines), min_size=1, max_size=3),
    st.integers(-40, 0),
    st.integers(1, 40),
)
def test_the_function_equals_the_table_on_every_input(case: list[Channel], low: int, high: int) -> None:
    assert_equal_everywhere(case, low, high)


CASES = {
    "one point": Channel(Line(Fraction(1), Fraction(7)), Line(Fraction(1), Fraction(7)), 5, 5, 5),
    "constant": Channel(Line(Fraction(0), Fraction(3)), Line(Fraction(0), Fraction(-4)), 2, -90, 90),
    "ties": Channel(Line(Fraction(1, 8), Fraction(0)), Line(Fraction(1, 2), Fraction(0)), 0, -100, 100),
    "odd ties": Channel(Line(Fraction(1, 8), Fraction(1)), Line(Fraction(-1, 2), Fraction(1)), 0, -100, 100),
    "falling": Channel(
        Line(Fraction(-7, 3), Fraction(1, 3)), Line(Fraction(-1, 9), Fraction(0)), -3, -60, 60
    ),
    "saturated": Channel(Line(Fraction(0), Fraction(500)), Line(Fraction(0), Fraction(-500)), 0, -9, 9),
    "a step": Channel(Line(Fraction(999), Fraction(0)), Line(Fraction(999), Fraction(0)), 0, -50, 50),
    "break at the start": Channel(
        Line(Fraction(9), Fraction(0)), Line(Fraction(1, 4), Fraction(1)), -20, -20, 20
    ),
    "break at the end": Channel(
        Line(Fraction(1, 4), Fraction(1)), Line(Fraction(3), Fraction(0)), 20, -20, 20
    ),
    "break beyond": Channel(Line(Fraction(1, 4), Fraction(1)), Line(Fraction(3), Fraction(0)), 21, -20, 20),
}


@pytest.mark.parametrize("name", CASES)
def test_corner_cases(name: str) -> None:
    assert_equal_everywhere([CASES[name]], -31, 31)


def test_channels_share_the_shift_of_the_most_demanding_one() -> None:
    whole, quarters = CASES["constant"], CASES["break at the start"]
    assert assert_equal_everywhere([whole], -31, 31) == 0
    alone = assert_equal_everywhere([quarters], -31, 31)
    assert assert_equal_everywhere([whole, quarters], -31, 31) == alone > 0
    assert assert_equal_everywhere([quarters, whole], -31, 31) == alone


def has_solution(levels: IntArray, inputs: IntArray, shift: int, low: int, high: int) -> bool:
    """Try every slope and offset that could matter: steeper ones only saturate sooner."""
    if not inputs.size:
        return True
    unit = 1 << shift
    slope = np.arange(-unit * (high - low + 1), unit * (high - low + 1) + 1)
    reach = int(abs(slope).max() * abs(inputs).max() + unit * (high - low + 1))
    offset = np.arange(-reach, reach + 1)
    fits = np.ones((slope.size, offset.size), bool)
    for x, level in zip(inputs.tolist(), levels.tolist(), strict=True):
        # in units of 2**-shift; exact, the numbers are small and the divisor a power of two
        value = (slope[:, None] * x + offset[None, :]) / unit
        fits &= np.clip(np.rint(value), low, high) == level
    return bool(fits.any())


def test_one_fraction_bit_less_has_no_solution() -> None:
    low, high, inputs = -6, 6, np.arange(-5, 6)
    shifts = []
    for slope, offset in product(range(-23, 24, 3), range(8)):
        line = Line(Fraction(slope, 8), Fraction(offset, 8))
        channel = Channel(line, line, -5, -5, 5)
        shifts.append(assert_equal_everywhere([channel], low, high))
        if shifts[-1]:
            assert not has_solution(channel.levels(low, high), inputs, shifts[-1] - 1, low, high), line
    assert set(shifts) == {0, 1, 2, 3}


def test_as_many_fraction_bits_as_allowed_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    eighth = Line(Fraction(1, 8), Fraction(0))
    table = Channel(eighth, eighth, -200, -200, 200).table(-31, 31)
    needed = fit([table], -31, 31, "body_2").shift
    assert needed > 0
    monkeypatch.setattr(fit_piecewise_linear, "MAX_SHIFT", needed)
    assert fit([table], -31, 31, "body_2").shift == needed
    monkeypatch.setattr(fit_piecewise_linear, "MAX_SHIFT", needed - 1)
    with pytest.raises(ExactnessError, match=f"with up to {needed - 1} fraction bits"):
        fit([table], -31, 31, "body_2")


def test_a_slope_that_is_not_dyadic_cannot_round_both_ties_to_even() -> None:
    # halfway at 5 -> 0, 15 -> 2, 25 -> 2, 35 -> 4: up and down alternate, which no other line follows
    tenth = Line(Fraction(1, 10), Fraction(0))
    good = CASES["ties"]
    bad = Channel(tenth, tenth, -200, -200, 200)
    with pytest.raises(
        ExactnessError, match=r"^layer body_2, channel 1: no integer slope and offset.*41 steps"
    ):
        fit([good.table(-31, 31), bad.table(-31, 31)], -31, 31, "body_2")


def test_a_table_of_no_line_is_refused() -> None:
    zigzag = table_of(np.array([0, 5, 0, 5, 0, 5]), 10, 10)
    with pytest.raises(ExactnessError, match=r"layer head, channel 0: .* its 6 steps \(the first at 10\)"):
        fit([zigzag], -8, 7, "head")
