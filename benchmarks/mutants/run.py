# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Run the tests on a mutant, in a process forked from one that has imported all large packages."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.mutants.mutation import Mutation
from benchmarks.mutants.targets import ROOT, Target

# of the tests, which also import bbcu_fpga; that and the tests are imported anew for each mutant
PACKAGES = ("numpy", "torch", "onnx", "onnxruntime", "qonnx.core.modelwrapper", "hypothesis", "pytest")
PACKAGES += (
    "finn.util.fpgadataflow",
    "finn.transformation.fpgadataflow.insert_fifo",
    "brevitas.nn",
    "cocotb",
)
CPU_SECONDS = 200  # of any one process: a mutant may loop for ever
WALL_SECONDS = 1800
POLL_SECONDS = 0.05
SURVIVED, KILLED = "survived", "killed"
_OWN = ("bbcu_fpga", "brevitas_models", "tests")
_TESTS_FAILED = (1, 2)  # pytest's: a test failed; it was interrupted, by an import that fails


class MutantError(Exception):
    """The tests could not judge: they fail without a mutant, or none ran."""


def preload() -> None:
    """Import what every test needs and no mutant changes."""
    os.environ.update(OMP_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="")
    for name in PACKAGES:
        importlib.import_module(name)


def judge(target: Target, mutation: Mutation | None, cache: Path, log: Path) -> str:
    """Return SURVIVED or KILLED; without a mutation the tests must pass. `cache` keeps compiled objects.

    Raises MutantError.
    """
    status = _fork(target, mutation, cache, log)
    if status == 0:
        return SURVIVED
    # a signal: it ran out of time, or crashed
    if mutation is not None and (status in _TESTS_FAILED or status < 0):
        return KILLED
    raise MutantError(f"the tests of {target.name} end with status {status} (log: {log})")


def _fork(target: Target, mutation: Mutation | None, cache: Path, log: Path) -> int:
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = _run_tests(target, mutation, cache, log)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    deadline = time.monotonic() + WALL_SECONDS
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def _run_tests(target: Target, mutation: Mutation | None, cache: Path, log: Path) -> int:
    """In the child: put the mutant in place and run pytest."""
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with log.open("w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        for name in [name for name in sys.modules if name.partition(".")[0] in _OWN]:
            del sys.modules[name]  # what was imported before knows the code as it is
        if target.is_python:
            if mutation is not None:
                sys.meta_path.insert(0, _Mutated(target, mutation.source))
        else:
            _use_rtl(target, mutation, Path(folder) / "rtl", cache)
        return _pytest(target, Path(folder) / "base")


def _pytest(target: Target, folder: Path) -> int:
    import hypothesis
    import pytest

    # a busy machine is slow, and that is no reason to fail
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    arguments = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-m",
        target.marks,
        f"--basetemp={folder}",
        "--hypothesis-profile=mutants",
        "--timeout=0",
    ]
    return int(pytest.main([*arguments, *target.tests]))


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutant in place of its module."""

    def __init__(self, target: Target, source: str) -> None:
        self.name, self.path, self.source = _module_name(target), target.file, source

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find nothing but the mutated module."""
        if name != self.name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant."""
        module.__file__ = str(self.path)
        exec(compile(self.source, str(self.path), "exec"), vars(module))


def _module_name(target: Target) -> str:
    return ".".join(target.file.relative_to(ROOT).with_suffix("").parts)


def _use_rtl(target: Target, mutation: Mutation | None, folder: Path, cache: Path) -> None:
    """Let the modules come from a copy with the mutant, and Verilator's own objects from a cache."""
    from bbcu_fpga import resources
    from bbcu_fpga.sim import verilator

    shutil.copytree(ROOT / "rtl", folder)
    if mutation is not None:
        (folder / target.file.name).write_text(mutation.source)
    vars(resources)["rtl_dir"] = lambda: folder
    vars(verilator)["_runtime_cache"] = lambda _: cache
