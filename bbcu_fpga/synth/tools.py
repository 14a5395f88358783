# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the vendor tools are, which release they have, and what FINN needs beside them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bbcu_fpga.errors import MissingToolError

TARGETED = ("2022.2", "2024.2")
_PLAN_HINT = "`--plan` prints what would be run, without any tool"
# Vitis HLS is called vitis-run in releases after this one
_LAST_VITIS_HLS = (2024, 2)


@dataclass(frozen=True)
class Tools:
    """The vendor installation.

    Args:
        release: Vivado's release, e.g. ``2022.2``; which of the HLS programs is called depends on it.
        directory: folder of the programs; None: they are on `path`.
        path: search path.
        finn_deps: folder into which ``finn deps update`` put finn-hlslib and the board files.
    """

    release: str
    directory: Path | None
    path: str
    finn_deps: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Tools:
        """Read XILINX_VIVADO, PATH and FINN's FINN_TOOL_DIR_OVERRIDE and FINN_DEPS."""
        directory = environment.get("FINN_TOOL_DIR_OVERRIDE")
        found = re.search(r"\b20\d{2}\.[12]\b", environment.get("XILINX_VIVADO", ""))
        deps = environment.get("FINN_DEPS")
        return cls(
            release=found.group() if found else TARGETED[0],
            directory=Path(directory) if directory else None,
            path=environment.get("PATH", ""),
            finn_deps=Path(deps).expanduser() if deps else _default_finn_deps(),
        )

    @property
    def hls_program(self) -> str:
        """Name of the HLS program of this release."""
        year, minor = (int(part) for part in self.release.split("."))
        return "vitis_hls" if (year, minor) <= _LAST_VITIS_HLS else "vitis-run"

    def find(self, tool: str) -> Path:
        """Return the program; raises MissingToolError that says how to get it."""
        found = shutil.which(tool, path=str(self.directory) if self.directory else self.path)
        if found is None:
            place = f"in {self.directory}" if self.directory else "on PATH"
            raise MissingToolError(
                f"{tool} is not {place}: source settings64.sh of Vivado and Vitis HLS "
                f"({' or '.join(TARGETED)} are targeted); {_PLAN_HINT}"
            )
        return Path(found)

    def programs(self) -> dict[str, Path]:
        """Return the programs by name.

        Raises:
            MissingToolError: one is missing, or FINN's C++ library and board files, which its shell needs.
        """
        found = {name: self.find(name) for name in ("vivado", self.hls_program)}
        for name in ("finn-hlslib", "board_files"):
            if not (self.finn_deps / name).is_dir():
                raise MissingToolError(
                    f"{self.finn_deps / name} is missing: run `finn deps update`, or set FINN_DEPS to where "
                    f"it put its files; {_PLAN_HINT}"
                )
        return found


def _default_finn_deps() -> Path:
    from finn.interface.settings import FINN_ROOT

    return Path(FINN_ROOT) / "finn_deps"
