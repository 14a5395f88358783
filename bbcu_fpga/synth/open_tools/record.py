# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What the open tools found of a build: ``BUILD/reports/synthesis.json``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.identity import fingerprint, read_of_build
from bbcu_fpga.errors import BuildError
from bbcu_fpga.files import write_text
from bbcu_fpga.synth.open_tools.nextpnr import Timing
from bbcu_fpga.synth.open_tools.utilization import Utilization

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build

REPORT = "reports/synthesis.json"


class SynthesisReport(BaseModel):
    """Figures of one build; what was not measured is absent.

    `layers` holds each node synthesized alone, `accelerator` all of them together, `device` the accelerator
    with the board's shell as it was placed and routed. `build` is the fingerprint of what was synthesized.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    build: str
    layers: dict[str, Utilization] = {}
    accelerator: Utilization | None = None
    device: Utilization | None = None
    timing: Timing | None = None

    def versions(self) -> dict[str, str]:
        """Return the versions of the tools that the figures are from."""
        figures = [*self.layers.values(), self.accelerator, self.device, self.timing]
        return {figure.source: figure.version for figure in figures if figure is not None}


def report_path(build: Build) -> Path:
    """Return where the report of a build lies."""
    return build.path / REPORT


def load_synthesis(build: Build) -> SynthesisReport | None:
    """Return what is known of a build, or None; raises BuildError if it is of another build."""
    command = f"bbcu-fpga synth {build.path}"
    return read_of_build(build, report_path(build), SynthesisReport, "a synthesis report", command)


def update_synthesis(build: Build, **figures: object) -> SynthesisReport:
    """Put new figures beside those already known of this build, and write the report."""
    try:
        known = load_synthesis(build)
    except BuildError:  # damaged or of an earlier build: it is replaced
        known = None
    before = known or SynthesisReport(build=fingerprint(build))
    if isinstance(layers := figures.get("layers"), dict):
        figures["layers"] = {**before.layers, **layers}
    report = before.model_copy(update=figures)
    write_text(report_path(build), report.model_dump_json(indent=2, exclude_none=True) + "\n")
    return report
