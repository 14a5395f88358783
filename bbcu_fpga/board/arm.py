# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A 32-bit Arm Python as on the board, run by qemu, and a compiler for the libraries that it loads.

Debian has the interpreter, NumPy and what pynq builds on as packages for Arm, and qemu; PyPI has pynq and
zig, whose C++ compiler knows every target. All of it lies in one folder, nothing is installed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from bbcu_fpga.board.environment import INTERPRETER, check_version, pip_install, pynq_python
from bbcu_fpga.debian import KEYRING, Apt, unpack
from bbcu_fpga.files import atomic_folder
from bbcu_fpga.sim.library import Compiler

ARCHITECTURE = "armhf"
SUITE = "bookworm"  # Python 3.11 and NumPy 1.24, where the board's image has 3.10 and 1.21
PACKAGES = (
    *("python3", "python3-numpy", "python3-cffi", "python3-psutil", "python3-pydantic", "python3-magic"),
    *("python3-ipython", "python3-jsonschema", "python3-nest-asyncio", "python3-tqdm", "python3-setuptools"),
    "python3-grpcio",
)
# the newest that take Debian's pydantic 1
PYNQ_PACKAGES = ("pynqmetadata==0.1.9", "pynqutils==0.1.2")
QEMU = "qemu-user-static"
ZIG = "ziglang>=0.17,<0.18"
# Debian 12's C library; the processor is that of a Zynq-7000
_TARGET = ("-target", "arm-linux-gnueabihf.2.36", "-mcpu=cortex_a9")
_DOCUMENTS = ("./usr/share/doc*", "./usr/share/man*", "./usr/share/locale*")
_OTHER_PROCESSORS = ("./usr/bin/qemu-[!a]*", "./usr/bin/qemu-a[!r]*", "./usr/bin/qemu-armeb*")
_LIBRARIES = "usr/lib/arm-linux-gnueabihf"
_PYTHON = f"""\
#!/bin/sh
here=$(dirname "$0")/..
debian=$here/../debian
export PYTHONPATH="$here/site"
exec "$debian/host/usr/bin/qemu-arm-static" -L "$debian/arm" "$debian/arm/usr/bin/{INTERPRETER}" "$@"
"""


def arm_python(version: str, folder: Path) -> Path:
    """Return a program that is Python for 32-bit Arm with pynq `version`; made at first use.

    Args:
        version: one of `environment.VERSIONS`.
        folder: where the environments are kept; Debian and zig take 600 MB.

    Raises:
        MissingToolError: this is no Debian, or neither its mirrors nor PyPI can be reached.
        VendorToolError: a package cannot be unpacked.
    """
    check_version(version)
    home = folder / ARCHITECTURE
    if not (home / "debian").exists():
        with atomic_folder(home / "debian") as debian:
            _unpack_debian(debian)
    if not (home / version).exists():
        pip = pynq_python(version, folder)
        with atomic_folder(home / version) as environment:
            pip_install(pip, f"pynq=={version}", *PYNQ_PACKAGES, target=environment / "site")
            program = environment / "bin" / "python"
            program.parent.mkdir()
            program.write_text(_PYTHON)
            program.chmod(0o755)
    return home / version / "bin" / "python"


def arm_compiler(version: str, folder: Path) -> Compiler:
    """Return the compiler of libraries for `arm_python`, with the same arguments and errors."""
    home = folder / ARCHITECTURE / "zig"
    if not home.exists():
        pip = pynq_python(version, folder)
        with atomic_folder(home) as target:
            pip_install(pip, ZIG, target=target)
    zig = str(home / "ziglang" / "zig")
    return Compiler((zig, "c++", *_TARGET), (zig, "ar"), "-fno-sanitize=undefined")


def _unpack_debian(folder: Path) -> None:
    packages = ((ARCHITECTURE, PACKAGES, _DOCUMENTS), (None, (QEMU,), (*_DOCUMENTS, *_OTHER_PROCESSORS)))
    for architecture, names, left_out in packages:
        _, files = Apt(folder / "apt", KEYRING, architecture).download((SUITE,), names)
        root = folder / ("arm" if architecture else "host")
        root.mkdir()
        unpack(files, root, left_out)
        shutil.rmtree(folder / "apt")
    # Debian chooses an implementation with links that the packages' scripts would make
    for name, library in (("blas", "libblas.so.3"), ("lapack", "liblapack.so.3")):
        (folder / "arm" / _LIBRARIES / library).symlink_to(f"{name}/{library}")
