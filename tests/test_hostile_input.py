# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Hostile and unlucky input: the cases of the registry, and files changed at random."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.hostile_input.registry import CASES, TARGETS, Case, Outcome, Workbench, fuzz, run

EXAMPLES = {"graph": 60, "checkpoint": 60}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Return the smallest network and its build, which no case changes."""
    return Workbench.make(tmp_path_factory.mktemp("bench"))


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case.kind}: {case.name}", marks=[pytest.mark.slow] if case.costly else [])
        for case in CASES
    ],
)
def test_case(bench: Workbench, tmp_path: Path, case: Case) -> None:
    outcome, line = run(case, bench, tmp_path)
    assert outcome is (Outcome.REFUSED if case.says else Outcome.EXACT), line


def test_cases_are_told_apart() -> None:
    assert len({(case.kind, case.name) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("target", TARGETS)
def test_files_changed_at_random(bench: Workbench, target: str) -> None:
    outcomes = fuzz(target, bench, EXAMPLES.get(target, 150))
    assert outcomes["refused"] > 0, outcomes


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_files_changed_at_random_often(bench: Workbench, target: str) -> None:
    assert fuzz(target, bench, 1000)["refused"] > 0
