# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The demonstration, as `make demo` runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bbcu_fpga.cli import app


@pytest.mark.slow
def test_demo_writes_a_report_of_exact_hardware_better_than_bicubic(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["demo", "--output", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "demo" / "report.json").read_text())
    assert (report["model"], report["board"]) == ("tiny", "Pynq-Z2")
    assert report["frame_height"] >= 96 and report["frame_width"] >= 96
    for engine, passes in (("python", 1), ("hls", 1), ("rtl", 2)):
        simulation = report["simulations"][engine]
        assert (simulation["compared"], simulation["differing"]) == (passes * 192 * 192 * 3, 0)
    assert report["bit_exact"] == {"compared": 2 * 192 * 192 * 3, "differing": 0}
    quality = report["image_quality"]
    assert quality["psnr_hardware_db"] == quality["psnr_reference_db"] > quality["psnr_baseline_db"]
    cycles = report["cycles_per_frame"]
    assert cycles["bound"] <= cycles["simulated"] <= 1.02 * cycles["bound"]
    assert all(resource["used"] <= resource["available"] for resource in report["resources"].values())
    assert f"0 of {2 * 192 * 192 * 3:,} integers differ" in result.stdout
    assert str(tmp_path / "demo" / "report.html") in result.stdout
    assert (tmp_path / "demo" / "report.html").stat().st_size > 100_000
