# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the files that are not Python lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_data"


def _folder(name: str) -> Path:
    """Return the folder `name`; raises FileNotFoundError when the installation is damaged."""
    for root in (_INSTALLED, _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation: install bbcu-fpga again")


def rtl_dir() -> Path:
    """Return the folder of the SystemVerilog sources."""
    return _folder("rtl")


def build_configs_dir() -> Path:
    """Return the folder of the shipped build configurations."""
    return _folder("build_configs")
