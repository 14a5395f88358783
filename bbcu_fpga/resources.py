# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the files that are not Python lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

import re
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


def hls_dir() -> Path:
    """Return the folder of the HLS C++ headers."""
    return _folder("hls")


def module_sources(*tops: str, directory: Path | None = None) -> list[Path]:
    """Return the files of the modules and of all modules they name, each module in a file of its name.

    Raises FileNotFoundError if `directory` (the project's rtl by default) lacks one of `tops`.
    """
    folder = directory or rtl_dir()
    known = {path.stem: path for path in folder.glob("*.sv")}
    for top in tops:
        if top not in known:
            raise FileNotFoundError(f"{folder} has no module {top}.sv; it has {', '.join(sorted(known))}")
    found: set[str] = set()
    pending = set(tops)
    while pending:
        name = pending.pop()
        found.add(name)
        pending |= (set(re.findall(r"\w+", known[name].read_text())) & known.keys()) - found
    return [known[name] for name in sorted(found)]


def build_configs_dir() -> Path:
    """Return the folder of the shipped build configurations."""
    return _folder("build_configs")


def board_notebook() -> Path:
    """Return the notebook that runs on a board."""
    return _folder("notebooks") / "4_on_the_pynq_z2.ipynb"


def shipped_networks() -> dict[str, Path]:
    """Return the checkpoints of the zoo by name; without importing the packages that read them."""
    folder = _PACKAGE.parent / "brevitas_models" / "checkpoints"
    return {path.stem: path for path in sorted(folder.glob("*.pt"))}
