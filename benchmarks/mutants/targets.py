# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What is mutated, and which tests must notice: those of `make test`, or the proofs of `make test-synth`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_PASS_TESTS = "tests/transformation/test_{}.py"
_PASSES = (
    "fit_piecewise_linear",
    "fold_epilogues",
    "fold_stream_epilogues",
    "fold_thresholds",
    "value_range",
    "fold_convolutions",
    "extract_quantizer_scales",
    "move_scale_past_residual_add",
    "move_scale_past_spatial",
    "size_fifos",
    "elementwise_chain",
)
# cases that together use every form of the modules; the others take as long and see the same
_EPILOGUE = "rtl and (everything or unsigned_output or integer or one_channel or ties)"
_MVU = "rtl and (45 or 144 or 7-56)"


class Target(NamedTuple):
    """A source file, the arguments of pytest that test it, and how its mutants are made."""

    file: Path
    tests: tuple[str, ...]
    marks: str = "not slow"

    @property
    def name(self) -> str:
        """The path within the project."""
        return str(self.file.relative_to(ROOT))

    @property
    def is_python(self) -> bool:
        """Whether it is Python; else it is SystemVerilog."""
        return self.file.suffix == ".py"


def _module(name: str, file: str, cases: str) -> Target:
    tests = ("tests/rtl/test_lint.py", f"tests/operators/{file}.py")
    selected = f"(test_lint and {name} and not layout) or (not test_lint and {cases})"
    return Target(ROOT / "rtl" / f"{name}.sv", (*tests, "-k", selected))


def _proven(name: str) -> Target:
    tests = ("tests/rtl/test_lint.py", "tests/rtl/test_equivalence.py")
    selected = f"(test_lint and {name} and not layout) or (every_i and {name})"
    return Target(ROOT / "rtl" / f"{name}.sv", (*tests, "-k", selected), "not slow or open_tools")


TARGETS = (
    Target(ROOT / "bbcu_fpga/numerics.py", ("tests/test_numerics.py",)),
    *(Target(ROOT / f"bbcu_fpga/transformation/{name}.py", (_PASS_TESTS.format(name),)) for name in _PASSES),
    *(
        _proven(name)
        for name in ("round_half_even", "saturate", "residual_sum", "piecewise_linear", "bit_count")
    ),
    _module("epilogue", "test_epilogue", _EPILOGUE),
    _module("threshold", "test_threshold", "rtl"),
    *(
        _module(name, "test_xnor_popcount_mvu", _MVU)
        for name in ("xnor_popcount_mvu", "xnor_popcount", "xnor_popcount_accumulators", "mvu_sequencer")
    ),
    _module("integer_mvu", "test_integer_mvu", "rtl"),
)
