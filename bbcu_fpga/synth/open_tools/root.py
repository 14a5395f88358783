# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the open tools are: a private root that `bbcu-fpga tools install` made, or this system's own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bbcu_fpga.errors import MissingToolError, VendorToolError

YOSYS, NEXTPNR, FRAMES2BIT, BITREAD = "yosys", "nextpnr-himbaechel-xilinx", "xc7frames2bit", "bitread"
PROGRAMS = (YOSYS, NEXTPNR, FRAMES2BIT, BITREAD)
FAMILY = "zynq7"
UNSTATED = "unstated"
RECORD = "installed.json"
_VERSION_ARGUMENT = {YOSYS: "-V", NEXTPNR: "--version", FRAMES2BIT: "-version", BITREAD: "-version"}
_VERSION = re.compile(r"(?:Yosys |Version )([^\s)]+)")
_SECONDS = 60


class Installed(BaseModel):
    """What a private root was made from: Debian's suite, and the version of every package."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str
    packages: dict[str, str]


@dataclass(frozen=True)
class OpenTools:
    """The open tools below `root`, which is laid out as Debian's packages are (`usr/bin`, `usr/share`)."""

    root: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> OpenTools:
        """Return the tools of BBCU_TOOLS, else those of `tools install`, else the system's.

        Which programs are there is only known to `find`.
        """
        private = default_root(environment)
        if environment.get("BBCU_TOOLS") or private.is_dir():
            return cls(private)
        return cls(Path("/"))

    @property
    def is_private(self) -> bool:
        """Tell whether this is a root of its own rather than the system's."""
        return self.root != Path("/")

    def find(self, program: str) -> Path:
        """Return a program; raises MissingToolError that says how to get it."""
        path = self.root / "usr/bin" / program
        if not os.access(path, os.X_OK):
            raise MissingToolError(
                f"{program} is not in {path.parent}: run `bbcu-fpga tools install`, or set BBCU_TOOLS to the "
                "folder it was installed to"
            )
        return path

    def environment(self) -> dict[str, str]:
        """Return this process's environment with what the programs of a private root need."""
        # nextpnr embeds a Python that looks for its library where it was compiled for
        python = {"PYTHONHOME": str(self.root / "usr")} if self.is_private else {}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return {**inherited, **python}

    def version(self, program: str) -> str:
        """Return the version that a program states of itself; prjxray's state none, their package does.

        Raises MissingToolError, or VendorToolError when the program cannot be run.
        """
        return _version(self, self.find(program))

    def chip_database(self, part: str) -> Path:
        """Return nextpnr's database of the chip of a part such as xc7z020clg400-1."""
        chip = re.match(r"xc7z\d+", part)
        name = f"chipdb-{chip.group() if chip else part}.bin"
        return self._share(f"nextpnr/himbaechel/xilinx/{name}", part)

    def prjxray_database(self, part: str) -> Path:
        """Return the folder of prjxray's database of the family; it has a folder for the part."""
        return self._share(f"prjxray/database/{FAMILY}/{part}", part).parent

    def cell_models(self) -> Path:
        """Return the Verilog of the chip's cells that yosys brings for simulation."""
        return self._share("yosys/xilinx/cells_sim.v", "netlist to simulate")

    def _share(self, name: str, served: str) -> Path:
        path = self.root / "usr/share" / name
        if not path.exists():
            raise MissingToolError(
                f"{path} is missing, so the open tools know no {served}: run `bbcu-fpga tools install`; "
                "they serve the parts of the PYNQ-Z1 and PYNQ-Z2"
            )
        return path


def default_root(environment: Mapping[str, str]) -> Path:
    """Return BBCU_TOOLS, else the folder `bbcu-fpga/tools` of the user's cache."""
    if chosen := environment.get("BBCU_TOOLS"):
        return Path(chosen).expanduser()
    cache = environment.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "bbcu-fpga" / "tools"


def read_record(root: Path) -> Installed | None:
    """Return what `root` was made from; None if it was not made by `install`, or its record is damaged."""
    try:
        return Installed.model_validate_json((root / RECORD).read_text())
    except (OSError, ValidationError):
        return None


@lru_cache
def _version(tools: OpenTools, program: Path) -> str:
    try:
        done = subprocess.run(
            [str(program), _VERSION_ARGUMENT[program.name]],
            env=tools.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VendorToolError(f"{program}: cannot be run ({error}); run `bbcu-fpga tools install`") from error
    found = _VERSION.search(done.stdout + done.stderr)
    if done.returncode != 0 or (found is None and program.name in (YOSYS, NEXTPNR)):
        raise VendorToolError(
            f"{program}: does not run (status {done.returncode}); run `bbcu-fpga tools install` again\n"
            f"{done.stderr}"
        )
    if found is not None:
        return found.group(1)
    record = read_record(tools.root)
    return record.packages.get("prjxray", UNSTATED) if record else UNSTATED
