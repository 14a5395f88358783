# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FINN simulating with Verilator: for the tests that ask for it, and gone afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import finn.util.settings
import finn.xsi
import pytest

from bbcu_fpga.sim.finn_xsi import install


@pytest.fixture(scope="module")
def finn_build_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give FINN a build folder, shared by the session's workers and with it the compiled runtime."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / "finn-build"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(finn.util.settings, "_SETTINGS", None)
        # an absent file: without the variable FINN makes a folder in the home directory
        monkeypatch.setenv("FINN_SETTINGS", str(folder / "settings.yaml"))
        monkeypatch.setenv("FINN_BUILD_DIR", str(folder))
        # FINN rewrites the paths in all Verilog below the current folder for a node without a folder
        monkeypatch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def finn_seam(finn_build_dir: Path) -> Iterator[Path]:
    """Install the simulator and return FINN's build folder; afterwards the seam is as it was."""
    before, modules = dict(vars(finn.xsi)), dict(sys.modules)
    install()
    yield finn_build_dir
    for name in vars(finn.xsi).keys() - before.keys():
        delattr(finn.xsi, name)
    vars(finn.xsi).update(before)
    for name in ("xsi", "finn_xsi.sim_engine", "finn_xsi.adapter"):
        sys.modules.pop(name, None)
        if name in modules:
            sys.modules[name] = modules[name]
