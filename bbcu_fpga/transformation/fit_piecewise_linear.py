# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Exact fitting of integer step tables by a piecewise-linear integer function.

A table says which integer level a channel must give for every input in its range. Inside one linear piece,
the hardware computes ``round_half_even((A*x + B) / 2**S)``; each table entry bounds ``A*x + B`` from below
and above. All entries hold at once if and only if the bounds at the vertices of two convex hulls do, so the
search for the smallest S, and for A and B, is exact, and never looks at floating-point slopes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from bbcu_fpga.custom_op.epilogue import function_from_tensor
from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.numerics import IntArray, PiecewiseLinear

MAX_SHIFT = 30
# slopes tried per shift; a wider choice never came out necessary, a larger shift always helps
_MAX_SLOPES = 64


@dataclass(frozen=True)
class StepTable:
    """One channel's function as runs: on ``[first[i], last[i]]`` it equals ``level[i]``.

    Runs are consecutive and cover the channel's reachable inputs. `breakpoint` is where the second linear
    piece begins (``first[0]`` if there is only one piece); no run straddles it.
    """

    first: IntArray
    last: IntArray
    level: IntArray
    breakpoint: int


@dataclass(frozen=True)
class _Piece:
    """Bounds on a piece: ``level - 1/2 <= a*x + b`` at lower points, ``<= level + 1/2`` at upper ones."""

    lower_x: IntArray
    lower_level: IntArray
    upper_x: IntArray
    upper_level: IntArray

    @classmethod
    def of_runs(cls, table: StepTable, select: NDArray[np.bool_], low: int, high: int) -> _Piece:
        """Collect both ends of the selected runs; a saturated level bounds on one side only."""
        x = np.concatenate([table.first[select], table.last[select]])
        level = np.tile(table.level[select], 2)
        return cls(x[level > low], level[level > low], x[level < high], level[level < high])

    def slope_range(self) -> tuple[Fraction | None, Fraction | None]:
        """Return the real slopes for which a real offset exists (ends included); None where unbounded.

        ``a*x_u + b <= level_u + 1/2`` and ``a*x_l + b >= level_l - 1/2`` give ``a * (x_u - x_l) <= level_u -
        level_l + 1``; the tightest such pair consists of vertices of the two convex hulls.
        """
        lower_x, lower_level = _upper_hull(self.lower_x, self.lower_level)
        upper_x, negated = _upper_hull(self.upper_x, -self.upper_level)
        run = upper_x[:, None] - lower_x[None, :]
        rise = -negated[:, None] - lower_level[None, :] + 1

        def tightest(
            mask: NDArray[np.bool_], pick: Callable[[NDArray[np.float64]], np.intp]
        ) -> Fraction | None:
            if not mask.any():
                return None
            index = pick(rise[mask] / run[mask])
            return Fraction(int(rise[mask][index]), int(run[mask][index]))

        return tightest(run < 0, np.argmax), tightest(run > 0, np.argmin)

    def offset_range(self, slope: int, shift: int) -> tuple[int | None, int | None]:
        """Return the integer offsets B that satisfy every bound for slope A; None where unbounded."""
        unit, half = 1 << shift, (1 << shift) >> 1
        # a tie rounds to the even level, so an odd level must stay one unit away from it
        odd = shift > 0
        lower = self.lower_level * unit - half + (self.lower_level & 1) * odd - slope * self.lower_x
        upper = self.upper_level * unit + half - (self.upper_level & 1) * odd - slope * self.upper_x
        return (int(lower.max()) if lower.size else None), (int(upper.min()) if upper.size else None)

    def solve(self, slopes: tuple[Fraction | None, Fraction | None], shift: int) -> tuple[int, int] | None:
        """Return an (A, B) for this shift, or None if there is none."""
        begin, end = (None if bound is None else bound * (1 << shift) for bound in slopes)
        for slope in _candidates(None if begin is None else ceil(begin), None if end is None else floor(end)):
            least, most = self.offset_range(slope, shift)
            if least is None or most is None:
                return slope, next((value for value in (least, most) if value is not None), 0)
            if least <= most:
                return slope, (least + most) // 2
        return None


def fit(tables: list[StepTable], low: int, high: int, layer: str) -> PiecewiseLinear:
    """Return the function of smallest shift that equals every table on every input, one table per channel.

    Args:
        tables: the channels' step tables.
        low: lowest level; where a table has it, anything below would saturate to it.
        high: highest level, likewise.
        layer: the layer's name, for the error.

    Raises:
        ExactnessError: no integers up to `MAX_SHIFT` fraction bits reproduce a channel's table.
    """
    pieces = []
    for table in tables:
        above = table.first >= table.breakpoint
        pieces.append([_Piece.of_runs(table, select, low, high) for select in (above, ~above)])
    ranges = [[piece.slope_range() for piece in pair] for pair in pieces]
    shift = 0
    for channel, (pair, slopes) in enumerate(zip(pieces, ranges, strict=True)):
        # a solution at one shift is one, doubled, at the next: the layer's shift only grows
        while any(piece.solve(bounds, shift) is None for piece, bounds in zip(pair, slopes, strict=True)):
            shift += 1
            if shift > MAX_SHIFT:
                raise ExactnessError(
                    f"layer {layer}, channel {channel}: no integer slope and offset with up to {MAX_SHIFT}"
                    f" fraction bits reproduce its {tables[channel].level.size} steps (the first at"
                    f" {int(tables[channel].first[0])}); use dyadic slopes (1/8, not 0.1)"
                )
    rows = [
        (table.breakpoint, *above.solve(above_slopes, shift), *below.solve(below_slopes, shift))  # type: ignore[misc]
        for table, (above, below), (above_slopes, below_slopes) in zip(tables, pieces, ranges, strict=True)
    ]
    function = function_from_tensor(np.array(rows, dtype=np.int64).T, shift, low, high)
    _prove(function, tables, layer)
    return function


def _prove(function: PiecewiseLinear, tables: list[StepTable], layer: str) -> None:
    """Check the function at both ends of every run; it is monotone inside a run, so on every input."""
    for channel, table in enumerate(tables):
        one = function.select([channel])
        for x in (table.first, table.last):
            wrong = np.flatnonzero(one(x[:, None])[:, 0] != table.level)
            if wrong.size:
                raise ExactnessError(
                    f"layer {layer}, channel {channel}: input {x[wrong[0]]} must give"
                    f" {table.level[wrong[0]]}, but gives {int(one(x[wrong[:1], None])[0, 0])}"
                )


def _candidates(begin: int | None, end: int | None) -> list[int]:
    """Return up to `_MAX_SLOPES` integers of ``[begin, end]``, middle first: most room for the offset.

    With one end open the other end comes first, with both open 0: a constant piece.
    """
    if begin is None or end is None:
        middle = next((bound for bound in (begin, end) if bound is not None), 0)
        begin = middle if begin is None and end is None else begin
    else:
        middle = (begin + end) // 2
    lowest = middle - _MAX_SLOPES // 2 if begin is None else max(begin, middle - _MAX_SLOPES // 2)
    highest = middle + _MAX_SLOPES // 2 if end is None else min(end, middle + _MAX_SLOPES // 2)
    return sorted(range(lowest, highest + 1), key=lambda slope: abs(slope - middle))


def _upper_hull(x: IntArray, y: IntArray) -> tuple[IntArray, IntArray]:
    """Return the vertices of the upper convex hull of points, by Andrew's monotone chain."""
    order = np.lexsort((-y, x))
    vertices: list[tuple[int, int]] = []
    for px, py in zip(x[order].tolist(), y[order].tolist(), strict=True):
        if vertices and vertices[-1][0] == px:
            continue  # the highest point of this x came first
        while len(vertices) > 1:
            (ax, ay), (bx, by) = vertices[-2:]
            if (bx - ax) * (py - ay) < (by - ay) * (px - ax):
                break
            vertices.pop()
        vertices.append((px, py))
    points = np.array(vertices, dtype=np.int64).reshape(-1, 2)
    return points[:, 0], points[:, 1]
