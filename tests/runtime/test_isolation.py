# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runtime is Python 3.8, and imports nothing but the standard library, NumPy and, when asked, pynq."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bbcu_fpga.runtime

RUNTIME = Path(bbcu_fpga.runtime.__file__).parent
MODULES = sorted(RUNTIME.rglob("*.py"))
# imports everything of the package while anything but these is refused
IMPORT_ALL = """
import importlib, pkgutil, sys
allowed = set(sys.stdlib_module_names) | {"numpy", "bbcu_runtime"}
class Refuse:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in allowed:
            raise ImportError(f"the runtime imports {name}")
sys.meta_path.insert(0, Refuse)
import bbcu_runtime
names = [module.name for module in pkgutil.iter_modules(bbcu_runtime.__path__)]
for name in names:
    importlib.import_module(f"bbcu_runtime.{name}")
print(*names)
"""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_syntax_is_that_of_python_3_8(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    first = next(node for node in tree.body if isinstance(node, ast.ImportFrom))
    assert first.module == "__future__", "annotations must not be evaluated by Python 3.8"
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    assert not names & {"removeprefix", "removesuffix", "is_relative_to", "bit_count"}, "of Python 3.9"
    assert not any(keyword.arg == "strict" for node in calls for keyword in node.keywords), "of Python 3.10"


def test_it_imports_alone_under_its_name_on_the_board(tmp_path: Path) -> None:
    shutil.copytree(RUNTIME, tmp_path / "bbcu_runtime")
    command = [sys.executable, "-c", IMPORT_ALL]
    # the current folder comes first, before this project
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {path.stem for path in MODULES} - {"__init__"}
