# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The build report: ``report.json`` for programs, ``report.html`` and ``comparison.png`` for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bbcu_fpga.files import write_text
from bbcu_fpga.report.content import Report, collect
from bbcu_fpga.report.page import render
from bbcu_fpga.report.strip import write_strip

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build


class WrittenReport(NamedTuple):
    """Where the two files lie, and what they say."""

    json: Path
    html: Path
    content: Report


def write_report(build: Build) -> WrittenReport:
    """Write the report of a build and its simulations into the build folder.

    The page is self-contained. The comparison is written once a picture has been simulated.
    Raises BuildError when a simulation is of an earlier build.
    """
    content = collect(build)
    written = WrittenReport(build.path / "report.json", build.path / "report.html", content)
    page = render(content, build.path)
    write_text(written.json, content.model_dump_json(indent=2, exclude_none=True) + "\n")
    write_text(written.html, page)
    if content.simulation is not None:
        write_strip(content.simulation, build.path, content.scale)
    return written
