# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Unpack Debian packages into a folder, with nothing installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from bbcu_fpga.debian.apt import run
from bbcu_fpga.errors import VendorToolError

_MERGED = ("bin", "lib", "lib64", "sbin")
_FIELDS = ("Package", "Version")


def unpack(
    files: Sequence[Path],
    root: Path,
    left_out: Sequence[str],
    report: Callable[[str, int], None] = lambda *_: None,
) -> dict[str, str]:
    """Unpack packages below `root`, a folder that exists, and return their versions by name.

    Args:
        files: .deb files.
        root: gets Debian's layout; scripts of the packages are not run.
        left_out: tar's patterns of what stays packed.
        report: called with what is done, and the number of the package.

    Raises:
        VendorToolError: a package cannot be unpacked.
    """
    for name in _MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    exclude = [f"--exclude={pattern}" for pattern in left_out]
    versions = {}
    for number, file in enumerate(files, start=1):
        name, version = (run(["dpkg-deb", "-f", str(file), field], os.environ).strip() for field in _FIELDS)
        report(f"unpacking {name}", number)
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(file)], stdout=subprocess.PIPE) as packed:
            command = ["tar", "--extract", f"--directory={root}", *exclude]
            status = subprocess.run(command, stdin=packed.stdout, capture_output=True, check=False)
        if packed.returncode or status.returncode:
            raise VendorToolError(f"{file.name} cannot be unpacked: {status.stderr.decode().strip()[-200:]}")
        versions[name] = version
    return versions
