# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Flows that the tests share: configuring one takes seconds, because FINN looks at each file for 0.1 s."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bbcu_fpga.synth.vivado import VivadoFlow
from tests.synth.flows import fake_tools, one_epilogue, residual_graph, vivado_build


@pytest.fixture(scope="session")
def rtl_flow(tmp_path_factory: pytest.TempPathFactory) -> VivadoFlow:
    """Return a flow of one RTL node: configured, never run."""
    folder = tmp_path_factory.mktemp("rtl_flow")
    flow = VivadoFlow(vivado_build(folder / "build", one_epilogue()), fake_tools(folder), jobs=4)
    flow.configure()
    return flow


@pytest.fixture(scope="session")
def mixed_flow(tmp_path_factory: pytest.TempPathFactory) -> VivadoFlow:
    """Return a flow of all kinds of nodes: configured, never run."""
    folder = tmp_path_factory.mktemp("mixed_flow")
    flow = VivadoFlow(vivado_build(folder / "build", residual_graph()), fake_tools(folder), jobs=4)
    flow.configure()
    return flow


@pytest.fixture
def flow(rtl_flow: VivadoFlow) -> VivadoFlow:
    """Return the configured flow of one RTL node as if nothing had been run yet."""
    for command in rtl_flow.configure().commands:
        for pattern in command.promises:
            for path in command.folder.glob(pattern):
                path.unlink()
    (rtl_flow.folder / "done.txt").unlink(missing_ok=True)
    for name in ("bitfile", "driver", "stitched_ip", "reports"):
        shutil.rmtree(rtl_flow.build.path / name, ignore_errors=True)
    return rtl_flow


@pytest.fixture
def build_root(tmp_path: Path) -> Path:
    """Return a folder for a build of a test's own."""
    return tmp_path / "build"
