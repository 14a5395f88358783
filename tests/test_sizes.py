# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""No function is longer than 80 lines and no Python file longer than 400."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("bbcu_fpga", "brevitas_models", "benchmarks", "tests")
LONGEST_FUNCTION, LONGEST_FILE = 80, 400
LONGER = ("tests/shell/echo_bench.py",)  # older than the limit


def too_long(source: str) -> Iterator[str]:
    """Yield what is too long in a source, with its number of lines."""
    if (lines := len(source.splitlines())) > LONGEST_FILE:
        yield f"file of {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if (lines := node.end_lineno - first + 1) > LONGEST_FUNCTION:
                yield f"{node.name} of {lines} lines"


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_and_functions_stay_short(folder: str) -> None:
    sources = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / folder).rglob("*.py"))}
    assert sources
    found = [
        f"{name}: {what}"
        for name, path in sources.items()
        if name not in LONGER
        for what in too_long(path.read_text(encoding="utf-8"))
    ]
    assert not found, "split: " + "; ".join(found)


def test_what_is_too_long_is_found() -> None:
    body = "".join(f"    x = {line}\n" for line in range(LONGEST_FUNCTION))
    assert list(too_long(f"def short():\n{body[: -len('    x = 79')]}")) == []
    assert list(too_long(f"@d\ndef long():\n{body}")) == [f"long of {LONGEST_FUNCTION + 2} lines"]
    assert list(too_long("\n" * (LONGEST_FILE + 1))) == [f"file of {LONGEST_FILE + 1} lines"]
