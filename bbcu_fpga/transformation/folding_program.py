# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The integer program behind the folding: one choice per layer, at least cost, within a budget.

Minimize ``price . total`` over one choice per layer, where ``total`` is the sum of the layers' resources and
of the resources between coupled layers (width converters), each a table over a key of either choice, and
``total <= limit``. Choices are binary variables; a coupled pair of keys is a flow between the layers' key
totals, which is integral wherever the choices are. HiGHS solves it to proven optimality.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from bbcu_fpga.errors import FoldingError

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_INFEASIBLE = 2  # status of scipy.optimize.milp


@dataclass(frozen=True)
class Choices:
    """What one layer can be: `cycles` [n] per frame and `resources` [n, R] of each choice."""

    cycles: IntArray
    resources: IntArray


@dataclass(frozen=True)
class Coupling:
    """Resources between two layers: `resources` [K1, K2, R], indexed by the choices' keys.

    `first_key` [n1] and `second_key` [n2] give the key of every choice of the layers `first` and `second`.
    """

    first: int
    second: int
    first_key: IntArray
    second_key: IntArray
    resources: IntArray


@dataclass(frozen=True)
class FoldingProgram:
    """Layers, couplings, and `fixed` [R], the resources of what has no choice."""

    layers: Sequence[Choices]
    couplings: Sequence[Coupling]
    fixed: IntArray

    def bounds(self) -> IntArray:
        """Return the cycle counts that can be the slowest layer's, ascending."""
        least = max(int(layer.cycles.min()) for layer in self.layers)
        values = np.unique(np.concatenate([layer.cycles for layer in self.layers]))
        return values[values >= least]

    def total(self, choice: Sequence[int]) -> IntArray:
        """Return the resources [R] of one choice per layer."""
        total = self.fixed + sum(
            layer.resources[index] for layer, index in zip(self.layers, choice, strict=True)
        )
        for pair in self.couplings:
            first, second = pair.first_key[choice[pair.first]], pair.second_key[choice[pair.second]]
            total = total + pair.resources[first, second]
        return np.asarray(total)

    def cheapest(self, cycles: int, price: FloatArray, limit: FloatArray | None = None) -> list[int] | None:
        """Return the cheapest choice per layer of at most `cycles` per frame; None if there is none.

        Args:
            cycles: of the slowest layer.
            price: [R], cost of one unit of each resource.
            limit: [R], the most of each resource.
        """
        allowed = [np.flatnonzero(layer.cycles <= cycles) for layer in self.layers]
        if any(len(indices) == 0 for indices in allowed):
            return None
        allowed = [self._undominated(layer, indices) for layer, indices in enumerate(allowed)]
        return _Formulation(self, allowed).solve(price, limit)

    def fastest(self, price: FloatArray, limit: FloatArray, least: int) -> tuple[int, list[int]] | None:
        """Return the fewest cycles per frame, not below `least`, within `limit`, and the cheapest choice.

        A smaller bound allows a subset of the choices, so bisection over the bounds finds the least.
        """
        bounds = np.unique(np.maximum(self.bounds(), least))
        found, low, high = None, 0, len(bounds)
        while low < high:
            middle = (low + high) // 2
            choice = self.cheapest(int(bounds[middle]), price, limit)
            if choice is None:
                low = middle + 1
            else:
                found, high = (int(bounds[middle]), choice), middle
        return found

    def _undominated(self, layer: int, indices: IntArray) -> IntArray:
        """Drop choices for which another one, with equal keys, needs no more of any resource."""
        keys = [pair.first_key[indices] for pair in self.couplings if pair.first == layer]
        keys += [pair.second_key[indices] for pair in self.couplings if pair.second == layer]
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, *key in zip(indices, *keys, strict=True):
            groups.setdefault(tuple(key), []).append(int(index))
        kept: list[int] = []
        for members in groups.values():
            use = self.layers[layer].resources[members]
            no_more = (use[:, None] <= use[None]).all(axis=2)  # [i, j]: i needs no more than j
            first = np.arange(len(members))[:, None] < np.arange(len(members))[None]
            dominates = no_more & (~no_more.T | first)  # of two equal ones the first stays
            kept += [members[i] for i in np.flatnonzero(~dominates.any(axis=0))]
        return np.array(sorted(kept))


@dataclass
class _Formulation:
    """The program as sparse rows of a mixed-integer linear program."""

    program: FoldingProgram
    allowed: list[IntArray]
    resources: list[IntArray] = field(default_factory=list)  # [columns, R] per block of variables
    rows: list[IntArray] = field(default_factory=list)
    columns: list[IntArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    right_side: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=list)  # first variable of each layer
    size: int = 0

    def __post_init__(self) -> None:
        for layer, indices in zip(self.program.layers, self.allowed, strict=True):
            self.start.append(self.size)
            self._add_variables(layer.resources[indices])
            self._add_row(np.arange(self.start[-1], self.size), np.ones(len(indices)), 1)
        self.binaries = self.size
        for pair in self.program.couplings:
            self._add_coupling(pair)

    def solve(self, price: FloatArray, limit: FloatArray | None) -> list[int] | None:
        use = np.concatenate(self.resources).astype(float)  # [variables, R]
        matrix = coo_array(
            (np.concatenate(self.values), (np.concatenate(self.rows), np.concatenate(self.columns)))
        )
        constraints = [LinearConstraint(matrix.tocsr(), self.right_side, self.right_side)]
        if limit is not None:
            constraints.append(LinearConstraint(use.T, -np.inf, limit - self.program.fixed))
        is_binary = np.arange(self.size) < self.binaries
        result = milp(
            use @ price,
            constraints=constraints,
            integrality=is_binary,
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0},
        )
        if result.status == _INFEASIBLE:
            return None
        if result.x is None or not result.success:
            raise FoldingError(f"the folding's integer program was not solved: {result.message}")
        return [
            int(indices[np.argmax(result.x[start : start + len(indices)])])
            for start, indices in zip(self.start, self.allowed, strict=True)
        ]

    def _add_variables(self, resources: IntArray) -> None:
        self.resources.append(resources)
        self.size += len(resources)

    def _add_row(self, columns: IntArray, values: FloatArray, right_side: float) -> None:
        self.rows.append(np.full(len(columns), len(self.right_side)))
        self.columns.append(columns)
        self.values.append(values)
        self.right_side.append(right_side)

    def _add_coupling(self, pair: Coupling) -> None:
        """Add the flow between the key totals of two layers: its rows and columns sum to them."""
        sides = [
            (self.start[layer] + np.arange(len(self.allowed[layer])), keys[self.allowed[layer]])
            for layer, keys in ((pair.first, pair.first_key), (pair.second, pair.second_key))
        ]
        (first, first_keys), (second, second_keys) = sides
        firsts, seconds = np.unique(first_keys), np.unique(second_keys)
        flow = self.size + np.arange(len(firsts) * len(seconds)).reshape(len(firsts), len(seconds))
        self._add_variables(pair.resources[np.ix_(firsts, seconds)].reshape(flow.size, -1))
        for columns, keys, values, lines in (
            (first, first_keys, firsts, flow), (second, second_keys, seconds, flow.T),
        ):  # fmt: skip
            for value, line in zip(values, lines, strict=True):
                total = columns[keys == value]
                ones = np.concatenate([np.ones(len(line)), -np.ones(len(total))])
                self._add_row(np.concatenate([line, total]), ones, 0)
