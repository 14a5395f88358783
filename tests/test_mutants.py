# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Mutation testing: which mutants are made, and that the explained ones are mutants of today's sources."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.mutants import python_code, sv_code
from benchmarks.mutants.__main__ import EXPLAINED, Result, page
from benchmarks.mutants.mutation import Mutation
from benchmarks.mutants.run import KILLED, SURVIVED, judge
from benchmarks.mutants.targets import ROOT, TARGETS, Target

PYTHON = '''"""Half of 3."""

def half(x: "1 + 1", low=-1):
    """Return 2."""
    if not x < 7 and x:
        raise ValueError("a" + f"{x + 1}")
    return max(x >> 1, low)
'''
VERILOG = """// a + b
module m #(
  parameter int N = 4 - 1
);
  logic signed [N-1:0] s;  // s < 0
  assign s = !a && b < c ? d + 1 : 1'b0;
`ifndef SYNTHESIS
  assert (a == b);
`endif
endmodule
"""


def test_mutants_of_python() -> None:
    changes = {mutation.change: mutation.source for mutation in python_code.mutations(PYTHON)}
    assert set(changes) == {
        *("And -> Or", "Not -> nothing", "Lt -> LtE", "7 -> 8", "max -> min"),
        *("RShift -> LShift", "1 -> 2", "USub -> UAdd"),
    }
    assert "min(x >> 1, low)" in changes["max -> min"] and "not not x < 7" in changes["Not -> nothing"]
    spaces: dict[str, object] = {}
    exec(changes["RShift -> LShift"], spaces)
    assert spaces["half"](3) == 6  # type: ignore[operator]


def test_mutants_of_system_verilog() -> None:
    mutants = list(sv_code.mutations(VERILOG))
    assert [(mutant.line, mutant.change.rpartition(" at ")[0]) for mutant in mutants] == [
        (5, "'-1:0]' -> '-2:0]'"),
        (5, "'-1:0]' -> ':0]'"),
        (5, "'signed' -> ''"),
        (6, "'+' -> '-'"),
        (6, "'&&' -> '||'"),
        (6, "'<' -> '<='"),
        (6, "'!' -> ''"),
        (6, "'1'b0' -> '1'b1'"),
        (6, "'+ 1' -> '+ 2'"),
    ]
    assert "  logic [N-1:0] s;  // s < 0\n" in mutants[2].source
    assert "assign s = a && b < c ? d + 1 : 1'b0;" in mutants[6].source


def test_every_target_and_its_tests_exist() -> None:
    for target in TARGETS:
        assert target.file.is_file()
        files = [ROOT / argument for argument in target.tests if argument.endswith(".py")]
        assert files and all(path.is_file() for path in files), target.name


def test_what_is_explained_is_a_mutant() -> None:
    explained = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    keys = set()
    for target in TARGETS:
        code = python_code if target.is_python else sv_code
        if any(key.startswith(target.name) for key in explained):
            keys |= {mutant.key(target.name) for mutant in code.mutations(target.file.read_text())}
    assert set(explained) <= keys, set(explained) - keys
    assert all(len(reason) > 20 for reason in explained.values())


def test_the_page_counts_and_explains() -> None:
    results = [Result(target="a.py", mutants=50, tried=9, survivors=["a.py: x: y"])]
    text = page(results, {"a.py: x: y": "Equal: because."}, seed=3)
    assert "| `a.py` | 50 | 9 | 8 | 1 |" in text and "Equal: because." in text and "seed 3" in text
    assert "Not explained" in page(results, {}, seed=3)


@pytest.mark.slow
def test_a_mutant_is_judged_by_the_tests(tmp_path: Path) -> None:
    (target,) = (
        Target(target.file, (*target.tests, "-k", "sign")) for target in TARGETS if "numerics" in target.name
    )
    source = target.file.read_text()
    broken = Mutation(1, "", "", source.replace("np.asarray(value) >= 0, 1", "np.asarray(value) > 0, 1"))
    outcomes = [judge(target, mutation, tmp_path, tmp_path / "log") for mutation in (None, broken)]
    assert outcomes == [SURVIVED, KILLED], (tmp_path / "log").read_text()
