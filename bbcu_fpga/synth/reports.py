# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Utilization and timing from Vivado's reports.

The forms read here are those of `report_utilization -hierarchical -format xml`, whose columns FINN names, and
of the summary table of `report_timing_summary`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.identity import fingerprint, read_of_build
from bbcu_fpga.errors import VendorToolError

REPORT = "reports/vivado.json"

# column of the report -> name in this project; two names: Vivado releases differ
_COLUMNS = {
    "Total LUTs": "LUT",
    "FFs": "FF",
    "RAMB36": "RAMB36",
    "RAMB18": "RAMB18",
    "DSP Blocks": "DSP",
    "DSP48 Blocks": "DSP",
}
_TOP = "(top)"
_SUMMARY = re.compile(r"^\s*WNS\(ns\).*\n\s*-[- ]*\n(?P<values>.*)$", re.MULTILINE)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Timing(_Record):
    """Worst and total slack in ns for setup, hold and pulse width; a negative one is a violation."""

    wns_ns: float
    tns_ns: float
    whs_ns: float
    ths_ns: float
    wpws_ns: float
    failing_endpoints: int

    @property
    def met(self) -> bool:
        """Tell whether every constraint is met."""
        return min(self.wns_ns, self.whs_ns, self.wpws_ns) >= 0


class VivadoReport(_Record):
    """What Vivado reports of the routed design; `resources` is of the whole design, shell included.

    `build` is the fingerprint of what was built.
    """

    build: str
    source: str
    board: str
    part: str
    clock_mhz: float
    resources: dict[str, int]
    instances: dict[str, dict[str, int]]
    timing: Timing


def load_vivado(build: Build) -> VivadoReport | None:
    """Return what Vivado reported of a build, or None; raises BuildError if it is of another build."""
    command = f"bbcu-fpga synth {build.path} --tool vivado"
    return read_of_build(build, build.path / REPORT, VivadoReport, "a report of the Vivado flow", command)


def read_reports(utilization: Path, timing: Path, build: Build) -> VivadoReport:
    """Read both reports of the top level; raises VendorToolError that names a file of another form."""
    instances, manifest = read_utilization(utilization), build.manifest
    return VivadoReport(
        build=fingerprint(build),
        source="vivado",
        board=manifest.board,
        part=manifest.part,
        clock_mhz=manifest.clock_mhz,
        resources=instances.pop(_TOP),
        instances=instances,
        timing=read_timing(timing),
    )


def read_utilization(path: Path) -> dict[str, dict[str, int]]:
    """Return LUT, FF, BRAM18 (a RAMB36 is two) and DSP by instance; `(top)` is the whole design.

    Instances whose name occurs at several places of the hierarchy are left out.
    """
    try:
        rows = [
            [cell.get("contents", "").strip() for cell in row]
            for row in ElementTree.parse(path).getroot().iter()
            if len(row) and row[0].get("contents") is not None
        ]
        header = next(row for row in rows if "Instance" in row)
        columns = {_COLUMNS[name]: index for index, name in enumerate(header) if name in _COLUMNS}
        name_at = header.index("Instance")
        body = rows[rows.index(header) + 1 :]
        names = Counter(row[name_at] for row in body)
        found = {
            _TOP if _TOP in row else row[name_at]: _resources({n: int(row[i]) for n, i in columns.items()})
            for row in body
            if names[row[name_at]] == 1
        }
        if _TOP not in found:
            raise KeyError(_TOP)
    except (ElementTree.ParseError, StopIteration, KeyError, ValueError, IndexError) as error:
        raise VendorToolError(f"{path}: not the hierarchical utilization report known ({error!r})") from error
    return found


def _resources(counts: dict[str, int]) -> dict[str, int]:
    return {
        "LUT": counts["LUT"],
        "FF": counts["FF"],
        "BRAM18": 2 * counts["RAMB36"] + counts["RAMB18"],
        "DSP": counts["DSP"],
    }


def read_timing(path: Path) -> Timing:
    """Return the design's timing summary.

    Columns: WNS TNS failing total, WHS THS failing total, WPWS TPWS failing total.
    """
    match = _SUMMARY.search(path.read_text(errors="replace"))
    values = match["values"].split() if match else []
    try:
        numbers = [float(value) for value in values]
        failing = sum(int(values[index]) for index in (2, 6, 10))
        return Timing(
            wns_ns=numbers[0],
            tns_ns=numbers[1],
            whs_ns=numbers[4],
            ths_ns=numbers[5],
            wpws_ns=numbers[8],
            failing_endpoints=failing,
        )
    except (ValueError, IndexError) as error:
        raise VendorToolError(f"{path}: holds no timing summary as known") from error
