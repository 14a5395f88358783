# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The folding's integer program: equal to trying every combination, and quick for many layers."""

from __future__ import annotations

from itertools import product
from math import ceil, log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbcu_fpga.transformation.folding_program import Choices, Coupling, FoldingProgram

PRICE = np.array([1.0, 3.7, 2.2])


def random_program(seed: int, layers: int, choices: int, keys: int = 3) -> FoldingProgram:
    """Return layers in a row, the first and last coupled as by a skip; cycles from a few values."""
    random = np.random.default_rng(seed)
    tables = [
        Choices(random.integers(1, 9, choices), random.integers(0, 40, (choices, 3))) for _ in range(layers)
    ]
    pairs = [(i, i + 1) for i in range(layers - 1)] + [(0, layers - 1)]
    couplings = [
        Coupling(
            first,
            second,
            random.integers(0, keys, choices),
            random.integers(0, keys, choices),
            random.integers(0, 12, (keys, keys, 3)),
        )
        for first, second in pairs
    ]
    return FoldingProgram(tables, couplings, random.integers(0, 5, 3))


def all_combinations(program: FoldingProgram) -> list[tuple[int, np.ndarray]]:
    """Return cycles and resources of every combination of choices."""
    ranges = [range(len(layer.cycles)) for layer in program.layers]
    return [
        (
            max(int(layer.cycles[i]) for layer, i in zip(program.layers, choice, strict=True)),
            program.total(choice),
        )
        for choice in product(*ranges)
    ]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), limit=st.integers(20, 140), bound=st.integers(1, 9))
def test_the_cheapest_is_the_best_of_all_combinations(seed: int, limit: int, bound: int) -> None:
    program, limits = random_program(seed, layers=3, choices=5), np.full(3, float(limit))
    found = program.cheapest(bound, PRICE, limits)
    costs = [
        use @ PRICE for cycles, use in all_combinations(program) if cycles <= bound and (use <= limits).all()
    ]
    assert (found is None) == (not costs)
    if found is not None:
        total = program.total(found)
        assert (total <= limits).all()
        assert total @ PRICE == pytest.approx(min(costs), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), limit=st.integers(40, 120), least=st.integers(0, 6))
def test_the_fastest_is_the_best_of_all_combinations(seed: int, limit: int, least: int) -> None:
    program, limits = random_program(seed, layers=3, choices=5), np.full(3, float(limit))
    found = program.fastest(PRICE, limits, least)
    fits = [
        (max(cycles, least), use @ PRICE)
        for cycles, use in all_combinations(program)
        if (use <= limits).all()
    ]
    assert (found is None) == (not fits)
    if found is not None:
        cycles, cost = min(fits)
        assert found[0] == cycles
        assert program.total(found[1]) @ PRICE == pytest.approx(cost, abs=1e-9)


def test_without_a_limit_the_cycles_alone_decide() -> None:
    program = random_program(seed=1, layers=3, choices=6)
    best = min(use @ PRICE for cycles, use in all_combinations(program) if cycles <= 8)
    assert program.total(program.cheapest(8, PRICE)) @ PRICE == pytest.approx(best)
    assert program.cheapest(0, PRICE) is None


def test_forty_layers_need_few_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bisection: as many programs as the bounds have bits. The solver proves each optimal."""
    program = random_program(seed=0, layers=40, choices=60, keys=6)
    bounds, solved = program.bounds(), []
    cheapest = FoldingProgram.cheapest

    def counted(self: FoldingProgram, *arguments: object) -> list[int] | None:
        solved.append(arguments)
        return cheapest(self, *arguments)

    monkeypatch.setattr(FoldingProgram, "cheapest", counted)
    limit = program.total(cheapest(program, int(bounds[0]), PRICE)) + 1.0
    found = program.fastest(PRICE, limit, 0)
    assert found is not None and found[0] == bounds[0]
    assert len(solved) <= ceil(log2(len(bounds) + 1))
