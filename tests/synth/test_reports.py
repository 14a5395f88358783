# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Reading Vivado's reports: every slack counts, and a report of another form is named, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.reports import read_timing, read_utilization
from tests.synth.flows import FAKE_TOOLS

TIMING = (FAKE_TOOLS / "reports" / "timing_summary.rpt").read_text()
UTILIZATION = (FAKE_TOOLS / "reports" / "utilization.xml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "met"),
    [
        ("1.875", "0.000", True),
        ("1.875", "-0.001", False),
        ("0.021", "-0.001", False),
        ("3.750", "-0.001", False),
    ],
)
def test_every_slack_counts(old: str, new: str, met: bool, tmp_path: Path) -> None:
    path = tmp_path / "timing.rpt"
    path.write_text(TIMING.replace(old, new))
    assert read_timing(path).met is met


@pytest.mark.parametrize(
    ("old", "new"),
    [("WNS(ns)", "Slack"), ("1.875", "NA"), ("3.750        0.000                       0  ", "")],
)
def test_another_timing_report_is_named(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "timing.rpt"
    assert old in TIMING
    path.write_text(TIMING.replace(old, new))
    with pytest.raises(VendorToolError, match=rf"^{path}: holds no timing summary"):
        read_timing(path)


def test_instances_that_are_not_unique_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "utilization.xml"
    row = next(line for line in UTILIZATION.splitlines() if "StreamingDataflowPartition_1" in line)
    path.write_text(UTILIZATION.replace(row, f"{row}\n{row}"))
    assert read_utilization(path) == {
        "(top)": {"LUT": 5123, "FF": 7890, "BRAM18": 11, "DSP": 9},
        "top_i": {"LUT": 5123, "FF": 7890, "BRAM18": 11, "DSP": 9},
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [("</RptDoc>", ""), ("Instance", "Cell"), ("Total LUTs", "LUT sum"), ("7890", "many"), ("(top)", "top")],
)
def test_another_utilization_report_is_named(old: str, new: str, tmp_path: Path) -> None:
    path = tmp_path / "utilization.xml"
    assert old in UTILIZATION
    path.write_text(UTILIZATION.replace(old, new))
    with pytest.raises(VendorToolError, match=rf"^{path}: not the hierarchical utilization report"):
        read_utilization(path)
