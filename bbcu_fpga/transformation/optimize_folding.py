# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The best folding under the resource model: cheapest for a frame rate, or fastest within a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.errors import FoldingError
from bbcu_fpga.transformation.folding_costs import FifoNeed, FoldingCosts, fifo_needs
from bbcu_fpga.transformation.folding_program import FoldingProgram
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding

_ROUNDS = 10  # FIFO depths depend on the folding, a little: they settle in two or three rounds

_Solution = tuple[int, list[int]]  # bound on the cycles, choice per layer


class Optimum(NamedTuple):
    """A folding, the cycles per frame it was chosen for, and the resources of the whole graph (estimate)."""

    folding: dict[str, LayerFolding]
    cycles: int
    resources: Resources


def cheapest_folding(model: ModelWrapper, cycles: int, device: Resources) -> Optimum:
    """Return the folding of least cost that needs at most `cycles` per frame.

    A LUT, flip-flop, block RAM or DSP slice costs its share of what `device` has of them.

    Raises:
        FoldingError: a layer is too slow even fully unfolded; names it and the least cycles it can do.
    """
    costs = FoldingCosts(model)
    costs.check(cycles)

    def solve(program: FoldingProgram) -> _Solution | None:
        choice = program.cheapest(cycles, _price(device))
        return None if choice is None else (cycles, choice)

    return _settle(model, costs, solve, "no folding")


def fastest_folding(model: ModelWrapper, device: Resources, limit: Resources) -> Optimum:
    """Return the folding of fewest cycles per frame within `limit`, and the cheapest of these.

    Raises:
        FoldingError: not even the slowest folding fits.
    """
    costs = FoldingCosts(model)
    least = costs.fixed_cycles()[0]

    def solve(program: FoldingProgram) -> _Solution | None:
        return program.fastest(_price(device), np.array(astuple(limit), float), least)

    problem = f"no folding fits into {limit}; choose a smaller network or frame, or a larger budget or board"
    return _settle(model, costs, solve, problem)


def _price(device: Resources) -> NDArray[np.float64]:
    """Return the cost of one unit of each resource, in LUTs: the whole device's LUTs cost as its DSPs do."""
    return device.LUT / np.array(astuple(device), float)


def _settle(
    model: ModelWrapper,
    costs: FoldingCosts,
    solve: Callable[[FoldingProgram], _Solution | None],
    problem: str,
) -> Optimum:
    """Solve until the FIFOs that the solution needs are those that it was solved with."""
    needs: dict[str, FifoNeed] = {}
    for _ in range(_ROUNDS):
        program = costs.program(needs)
        solution = solve(program)
        if solution is None:
            raise FoldingError(problem)
        folding = costs.folding(solution[1])
        found = fifo_needs(model.transform(SetFolding(folding)))
        if all(need.within(needs.get(tensor)) for tensor, need in found.items()):
            return Optimum(folding, solution[0], Resources(*map(int, program.total(solution[1]))))
        for tensor, need in found.items():
            needs[tensor] = need.merged(needs.get(tensor))
    raise FoldingError(f"the FIFO depths did not settle in {_ROUNDS} rounds; give the folding layer by layer")
