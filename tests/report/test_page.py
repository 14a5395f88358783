# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every figure of the build's JSON files stands in the page, and what a build lacks, its page lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.board import simulate as board
from bbcu_fpga.board.simulate import BoardReport, Processor
from bbcu_fpga.builder.identity import fingerprint
from bbcu_fpga.errors import BuildError
from bbcu_fpga.images import save_image
from bbcu_fpga.report import write_report
from bbcu_fpga.report.page import CELLS
from bbcu_fpga.simulation import report_path, simulate
from bbcu_fpga.synth.open_tools.bitstream import keep_bitstream
from bbcu_fpga.synth.open_tools.nextpnr import Timing
from bbcu_fpga.synth.open_tools.record import update_synthesis
from bbcu_fpga.synth.open_tools.utilization import Utilization
from bbcu_fpga.synth.reports import REPORT, VivadoReport
from bbcu_fpga.synth.reports import Timing as VivadoTiming
from tests.convolution_build import ConvolutionBuild
from tests.report.page import Page

COUNTS = np.random.default_rng(5)


def utilization() -> Utilization:
    counts = {name: int(COUNTS.integers(100, 9999)) for name in CELLS}
    return Utilization(**counts, version="0.66")


def synthesized(build: Any) -> None:
    """As `synth --tool yosys` and `synth --tool open` leave it."""
    used = {"LUT": 15001, "FF": 7002, "CARRY4": 803, "RAMB36": 14, "RAMB18": 5, "DSP": 46}
    timing = Timing(fmax_mhz=52.37, target_mhz=50.0, seed=7, used=used, version="0.11.1")
    layers = {layer.name: utilization() for layer in build.manifest.layers}
    update_synthesis(build, layers=layers, accelerator=utilization(), device=utilization(), timing=timing)


def with_bitstream(build: Any) -> None:
    bit = build.path / "routed.bit"
    bit.write_bytes(b"bits")
    keep_bitstream(
        build, bit, {"yosys": "0.66", "nextpnr-himbaechel-xilinx": "0.11.1", "xc7frames2bit": "0.3"}
    )


def with_vivado(build: Any, of: str | None = None) -> None:
    timing = {"wns_ns": 1.875, "tns_ns": 0.0, "whs_ns": 0.021, "ths_ns": 0.0, "wpws_ns": 3.5}
    report = VivadoReport(
        build=of or fingerprint(build),
        source="vivado",
        board="Pynq-Z2",
        part="xc7z020clg400-1",
        clock_mhz=100.0,
        resources={"LUT": 5123, "FF": 7890, "BRAM18": 11, "DSP": 9},
        instances={},
        timing=VivadoTiming(**timing, failing_endpoints=0),
    )
    (build.path / REPORT).parent.mkdir(exist_ok=True)
    (build.path / REPORT).write_text(report.model_dump_json())


def on_board(build: Any, of: str | None = None) -> None:
    figures = {"compared": 5760, "differing": 0, "cycles": 9321, "input_stalls": 41, "output_stalls": 52}
    report = BoardReport(
        pynq="3.1.2", build=of or fingerprint(build), image="coffee", frames=4, pictures={}, **figures
    )
    board.report_path(build, Processor("3.1.2")).write_text(report.model_dump_json())


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> ConvolutionBuild:
    """Return a stand-in build that has everything a build can have."""
    folder = tmp_path_factory.mktemp("full")
    (folder / "build").mkdir()
    picture = np.random.default_rng(3).integers(0, 256, (31, 47, 3), dtype=np.uint8)
    save_image(folder / "picture.png", picture)
    build = ConvolutionBuild(folder / "build")
    for engine in ("python", "hls", "rtl"):
        simulate(build, engine, image=folder / "picture.png")
    (build.path / "config.yaml").write_text("name: stand_in\nmodel: convolutions\n")
    for add in (synthesized, with_bitstream, with_vivado, on_board):
        add(build)
    return build


@pytest.fixture(scope="module")
def page(full: ConvolutionBuild) -> Page:
    """Return the page of the full build."""
    return Page(write_report(full).html.read_text())


def content(build: Any) -> Any:
    return json.loads((build.path / "report.json").read_text())


def numbers(row: list[str]) -> list[float]:
    """Return the cells of a row that are numbers."""
    cells = [cell.replace(",", "").removesuffix(" %") for cell in row]
    return [float(cell) for cell in cells if cell.replace(".", "").replace("-", "").isdigit()]


def test_every_layer_is_listed_with_its_figures(full: ConvolutionBuild, page: Page) -> None:
    measured = json.loads((full.path / "reports" / "synthesis.json").read_text())
    rows = {next(cell for cell in row if cell): row for row in page.tables["layers"]}
    for layer in full.manifest.layers:
        share = round(100 * layer.cycles / full.manifest.cycles_bound, 1)
        expected = [layer.PE, layer.SIMD, layer.cycles, share, *layer.resources.values()]
        expected += [measured["layers"][layer.name][name] for name in CELLS]
        assert rows[layer.name][1:3] == [layer.op, layer.style]
        assert numbers(rows[layer.name][3:]) == expected
    for name, key in (("the accelerator", "accelerator"), ("with its shell", "device")):
        assert numbers(rows[name]) == [measured[key][cell] for cell in CELLS]


def test_every_fifo_is_listed(full: ConvolutionBuild, page: Page) -> None:
    (fifo,) = full.manifest.fifos
    assert page.tables["fifos"][1:] == [[fifo.name, "40", "38", "24"]]


def test_every_run_is_listed(full: ConvolutionBuild, page: Page) -> None:
    keys = ("frames", "tiles", "compared", "differing", "cycles_per_frame", "latency_cycles", "total_cycles")
    runs = [json.loads(report_path(full, engine).read_text()) for engine in ("rtl", "hls", "python")]
    expected = [[run[key] for key in keys if key in run] for run in runs]
    assert [numbers(row[2:]) for row in page.tables["runs"][1:]] == [*expected, [4, 5760, 0, 9321]]
    assert "the input stalled 41 and the output 52" in " ".join(page.text)


def test_every_source_says_what_it_counts_of_the_device(full: ConvolutionBuild, page: Page) -> None:
    measured = json.loads((full.path / "reports" / "synthesis.json").read_text())
    estimates = [layer.resources for layer in full.manifest.layers]

    def of(name: str) -> list[int]:
        whole = [measured["accelerator"], measured["device"]]
        return [2 * part["RAMB36"] + part["RAMB18"] if name == "BRAM18" else part[name] for part in whole]

    def summed(name: str) -> int:
        return sum(row[name] for row in estimates)

    expected = {
        "LUT": (53200, [summed("LUT"), *of("LUT"), 5123]),
        "LUT places": (106400, [15001]),
        "FF": (106400, [*of("FF"), 7002, 7890]),  # nobody estimates it
        "BRAM18": (280, [summed("BRAM18"), *of("BRAM18"), 33, 11]),
        "DSP": (220, [summed("DSP"), *of("DSP"), 46, 9]),
    }
    found: dict[str, tuple[int, list[int]]] = {}
    for resource, source, _, share, used, available, _ in page.tables["usage"][1:]:
        count, of_device = (int(cell.replace(",", "")) for cell in (used, available))
        assert float(share.removesuffix(" %")) == pytest.approx(100 * count / of_device, abs=0.05)
        assert (source == "nextpnr") == (count in (15001, 7002, 33, 46))
        found.setdefault(resource, (of_device, []))[1].append(count)
    assert found == expected
    assert content(full)["resources"]["LUT"] == {"used": 5123, "available": 53200, "source": "vivado"}


def test_timing_checksums_versions_and_commands_are_shown(full: ConvolutionBuild, page: Page) -> None:
    text = " ".join(" ".join(page.text).split())
    assert "highest clock 52.4 MHz , asked for were 50 MHz, seed 7: met" in text
    assert "worst slack, setup 1.875 ns" in text and "worst slack, hold 0.021 ns" in text
    report = content(full)
    record = report["bitstream"]
    assert len(record["files"]) == 2
    for checksum in (report["model_sha256"], record["design"], *record["files"].values()):
        assert checksum in text
    versions = {"bbcu-fpga": "0", "yosys": "0.66", "nextpnr": "0.11.1", "xc7frames2bit": "0.3"}
    assert report["versions"] == versions
    assert all(f"{name} {version}" in text for name, version in versions.items())
    path = full.path
    picture = path.parent / "picture.png"
    assert report["commands"] == [
        f"bbcu-fpga build {path}/config.yaml --output {path}",
        f"bbcu-fpga simulate {path} --engine python --frames 1 --image {picture}",
        f"bbcu-fpga simulate {path} --engine hls --frames 1 --image {picture}",
        f"bbcu-fpga simulate {path} --engine rtl --frames 2 --image {picture}",
        f"bbcu-fpga board simulate {path} --pynq 3.1.2 --frames 4",
        f"bbcu-fpga synth {path} --tool yosys",
        f"bbcu-fpga synth {path} --tool open --seed 7",
        f"bbcu-fpga synth {path} --tool vivado",
        f"bbcu-fpga report {path}",
    ]
    assert all(command in text for command in report["commands"])
    assert "name: stand_in model: convolutions" in text


def test_the_graph_has_every_operator_and_stream(full: ConvolutionBuild, page: Page) -> None:
    texts = [text.strip() for text in page.text]
    for link in full.streams():
        assert f"{link.source} to {link.target}: {link.width_bits} bit" in texts
    for layer in full.manifest.layers:
        assert f"PE {layer.PE} SIMD {layer.SIMD}" in texts
        assert f"{layer.cycles:,} cycles" in texts
    assert page.links == ["#layer-first", "#layer-second"]


def test_what_a_build_lacks_its_page_lacks(tmp_path: Path) -> None:
    bare = ConvolutionBuild(tmp_path)
    page = Page(write_report(bare).html.read_text())
    report = content(bare)
    for key in ("timing", "synthesis", "vivado", "bitstream", "config"):
        assert key not in report and key not in report["sources"]
    assert (report["simulations"], report["boards"]) == ({}, {})
    assert {row["source"] for row in report["usage"]} == {"estimate"}
    assert report["commands"] == [f"bbcu-fpga report {tmp_path}"]
    text = " ".join(page.text)
    for word in ("yosys", "nextpnr", "ivado", "pynq 3", "Timing", "dB", "seed", "Configuration"):
        assert word not in text.replace("fitted to yosys", "")
    assert set(page.tables) == {"usage", "layers", "fifos"}


@pytest.mark.parametrize("add", [with_vivado, on_board])
def test_figures_of_another_build_are_refused(tmp_path: Path, add: Any) -> None:
    build = ConvolutionBuild(tmp_path)
    (tmp_path / "simulation").mkdir()
    add(build, of="another")
    with pytest.raises(BuildError, match="is of an earlier build: run"):
        write_report(build)


def test_damaged_reports_are_named(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / REPORT).write_text("{")
    with pytest.raises(BuildError, match=r"vivado\.json: not a report of the Vivado flow"):
        write_report(ConvolutionBuild(tmp_path))
    (tmp_path / REPORT).unlink()
    path = board.report_path(ConvolutionBuild(tmp_path), Processor("3.0.1"))
    path.parent.mkdir()
    path.write_text("[]")
    with pytest.raises(BuildError, match=r"board-3\.0\.1\.json: not a report of a simulated board"):
        write_report(ConvolutionBuild(tmp_path))
