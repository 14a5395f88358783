# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Run a module of cocotb tests on a design, in the project's simulator."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.job import JOB_FILE, JOB_VARIABLE
from bbcu_fpga.sim.verilator import Parameters

SHOWN_LINES = 40


def read_job() -> dict[str, Any]:
    """Return, within a bench, what the test told it."""
    return dict(json.loads(Path(os.environ[JOB_VARIABLE]).read_text()))


def run_cocotb(
    top: str,
    sources: Sequence[Path],
    parameters: Parameters,
    benches: Sequence[str],
    build_root: Path,
    work: Path,
    job: dict[str, Any],
    data_dir: Path | None = None,
) -> None:
    """Build the design, run every test of the modules `benches`, and fail with what failed.

    `job` is what the benches get from `read_job`.
    """
    (work / JOB_FILE).write_text(json.dumps(job))
    folder = verilator.build(sources, top, parameters, build_root)
    verilator.run(top, folder, ",".join(benches), work, data_dir or work)
    log = (work / verilator.LOG_FILE).read_text(errors="replace")
    assertions = [line for line in log.splitlines() if "%Error" in line]
    assert not assertions, "\n".join(assertions)
    results = work / "results.xml"
    assert results.exists(), "\n".join(log.splitlines()[-SHOWN_LINES:])
    cases = list(ElementTree.parse(results).iter("testcase"))
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    errors = [line for line in log.splitlines() if re.search(r"Error:|failed", line)]
    assert not failed, f"{failed}\n" + "\n".join(errors[:SHOWN_LINES]) + f"\nlog: {work}"
    declared = sum(
        len(re.findall(r"^@cocotb\.test", Path(*bench.split(".")).with_suffix(".py").read_text(), re.M))
        for bench in benches
    )
    assert len(cases) == declared, f"{len(cases)} of {declared} tests ran"
