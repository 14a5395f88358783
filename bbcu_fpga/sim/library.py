# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A Verilated design and a C++ driver as a shared library, which Python loads with ctypes.

The driver includes driver/simulation.h: errors of the design are thrown in C++ and handed to Python.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bbcu_fpga.files import atomic_path
from bbcu_fpga.sim.errors import SimulatorBuildError
from bbcu_fpga.sim.verilator import LOG_TAIL, find_verilator, tool_environment, tool_versions

COMMON = [Path(__file__).resolve().parent / "driver" / name for name in ("simulation.h", "messages.h")]
RUNTIME = "libverilated.a"
# hidden symbols: two designs in one process must not share Verilator's state
COMPILE_FLAGS = (
    "-fPIC -fvisibility=hidden -fvisibility-inlines-hidden"
    " -DVL_USER_FINISH -DVL_USER_STOP -DVL_USER_FATAL -DVL_USER_WARN -include messages.h"
)
# no dependency file: make would stumble over spaces in it
VERILATOR_FLAGS = ("--cc", "--prefix", "design", "--Mdir", ".", "--no-MMD", "-O3", "--x-assign", "fast")


@dataclass(frozen=True)
class Compiler:
    """Commands of a C++ compiler and the archiver of its target, and options that it alone has."""

    compile: tuple[str, ...] = ("g++",)
    archive: tuple[str, ...] = ("ar",)
    options: str = "-fno-gnu-unique"


NATIVE = Compiler()


@dataclass(frozen=True)
class LibraryBuild:
    """One compilation: the top module, the folder it runs in, and the file that gets what the tools print.

    `optimize` is the compiler's option: -O1 compiles faster, -O2 simulates faster. `describe` makes the
    message of an error of what a tool printed and the log file.
    """

    top: str
    work: Path
    log: Path
    optimize: str = "-O1"
    compiler: Compiler = NATIVE
    describe: Callable[[str, Path], str] | None = None

    def verilate(
        self, sources: Sequence[Path | str], driver: Path, headers: Sequence[Path], flags: Sequence[str]
    ) -> None:
        """Turn the Verilog into C++ and a makefile that also compiles `driver`, which includes `headers`."""
        for path in (driver, *headers, *COMMON):
            shutil.copy(path, self.work)
        command = [str(find_verilator() / "verilator"), "--top-module", self.top, *VERILATOR_FLAGS]
        command += ["--assert", "--no-timing", "--quiet", "-CFLAGS", self._compile_flags, *flags]
        self.run([*command, *map(str, sources), driver.name])

    def link(self, library: Path, cache: Path) -> None:
        """Compile and link; Verilator's own objects, most of a small design's time, are kept in `cache`."""
        # g++ takes no precompiled header behind messages.h: large designs include theirs as it is
        headers = [f"VK_PCH_I_{kind}=-include design__pch.h" for kind in ("FAST", "SLOW")]
        programs = [f"CXX={shlex.join(self.compiler.compile)}", f"AR={shlex.join(self.compiler.archive)}"]
        make = ["make", "-f", "design.mk", *programs, *headers]
        shared = cache / f"verilated-{self._runtime_hash()}.a"
        if shared.exists():
            shutil.copy(shared, self.work / RUNTIME)
            self.run([*make, "libdesign.a"])
        else:
            self.run([*make, "libdesign.a", RUNTIME])
            with atomic_path(shared) as temporary:
                shutil.copy(self.work / RUNTIME, temporary)
        archives = ["-Wl,--whole-archive", "libdesign.a", "-Wl,--no-whole-archive", RUNTIME]
        with atomic_path(library) as temporary:
            self.run([*self.compiler.compile, "-shared", "-o", str(temporary), *archives, "-pthread"])

    @property
    def _compile_flags(self) -> str:
        return f"{self.optimize} {COMPILE_FLAGS} {self.compiler.options}"

    def _runtime_hash(self) -> str:
        """Return a name for Verilator's own objects: equal for designs that use the same ones."""
        parts = re.findall(r"^ +(verilated\w*)", (self.work / "design_classes.mk").read_text(), re.MULTILINE)
        headers = [path.read_text() for path in COMMON]
        tools = [tool_versions(), *self.compiler.compile, self._compile_flags]
        text = " ".join([*tools, *headers, *parts])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def run(self, command: Sequence[str]) -> None:
        """Run a tool; raises SimulatorBuildError with the errors it printed."""
        result = subprocess.run(
            command, cwd=self.work, capture_output=True, text=True, env=tool_environment(), check=False
        )
        text = result.stdout + result.stderr
        with self.log.open("a") as log:
            log.write(text)
        if result.returncode:
            describe = self.describe or describe_errors
            raise SimulatorBuildError(f"no simulator of {self.top}: {describe(text, self.log)}")


def describe_errors(text: str, log: Path, where: str = "", advice: str = "") -> str:
    """Return the tool's errors, or else its last lines, with `where` and `advice`, and where the log is."""
    errors = "\n".join(line for line in text.splitlines() if "%Error" in line)
    tail = errors or "\n".join(text.splitlines()[-LOG_TAIL:])
    return f"error{where} (log: {log}):{advice}\n{tail}"
