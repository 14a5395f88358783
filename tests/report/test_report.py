# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The report: figures from the build and its simulations, each with its source, and a page without links."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bbcu_fpga.builder.build_folder import RtlRun
from bbcu_fpga.errors import BuildError, ExactnessError
from bbcu_fpga.images import load_image, save_image
from bbcu_fpga.report import write_report
from bbcu_fpga.simulation import simulate
from tests.convolution_build import ConvolutionBuild, manifest
from tests.report.page import Page

PICTURE = np.random.default_rng(3).integers(0, 256, (31, 47, 3), dtype=np.uint8)


@pytest.fixture
def build(tmp_path: Path) -> ConvolutionBuild:
    """Return a stand-in build, not simulated yet."""
    path = tmp_path / "build"
    path.mkdir()
    save_image(tmp_path / "picture.png", PICTURE)
    return ConvolutionBuild(path)


def read(build: ConvolutionBuild) -> tuple[dict[str, Any], Page]:
    """Write the report and return the files' content."""
    written = write_report(build)
    return json.loads(written.json.read_text()), Page(written.html.read_text())


def test_without_a_simulation_what_was_not_measured_is_absent(build: ConvolutionBuild) -> None:
    content, page = read(build)
    assert content["cycles_per_frame"] == {"bound": 36 * 120}
    assert content["fps"] == pytest.approx(100e6 / (36 * 120))
    assert content["sources"]["fps"] == "clock_mhz / cycles_per_frame.bound"
    for key in ("bit_exact", "image_quality", "latency_cycles"):
        assert key not in content
        assert key not in content["sources"]
    assert page.pictures == {}
    assert "runs" not in page.tables


def test_a_simulation_without_cycles_gives_none(
    build: ConvolutionBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with nodes of style HLS: their C++ is exact, but has no clock."""

    def timeless(frames: np.ndarray, **_: Any) -> RtlRun:
        return RtlRun(build.execute_python(frames), None, None, None)

    monkeypatch.setattr(build, "execute_rtl", timeless)
    simulate(build, "rtl", image=tmp_path / "picture.png")
    content, _ = read(build)
    assert content["bit_exact"]["differing"] == 0
    assert content["cycles_per_frame"] == {"bound": 36 * 120}
    assert content["sources"]["fps"] == "clock_mhz / cycles_per_frame.bound"
    assert "latency_cycles" not in content and "latency_cycles" not in content["sources"]


def test_build_is_described(build: ConvolutionBuild) -> None:
    content, page = read(build)
    assert {key: content[key] for key in ("model", "board", "clock_mhz", "part", "frame_height")} == {
        "model": "convolutions",
        "board": "Pynq-Z2",
        "clock_mhz": 100.0,
        "part": "xc7z020clg400-1",
        "frame_height": 12,
    }
    first = {"name": "first", "op": "IntegerMVU", "style": "rtl", "PE": 3, "SIMD": 9, "cycles": 360}
    resources = {"LUT": 500, "BRAM18": 1, "DSP": 27}
    assert content["layers"][0] == {**first, **resources, "source": "estimate", "estimate": resources}
    assert content["streams"][0] == {"source": "in0", "target": "first", "width_bits": 24}
    assert content["resources"]["DSP"] == {"used": 54, "available": 220, "source": "estimate"}
    assert "FF" not in content["resources"]
    assert content["fifos"] == [{"name": "skip", "depth": 40, "minimum": 38, "width_bits": 24}]
    assert content["versions"] == {"bbcu-fpga": "0"}
    assert {"first", "second", "skip", "IntegerMVU", "53,200"} <= {text.strip() for text in page.text}


def test_simulated_figures_come_from_the_rtl(build: ConvolutionBuild, tmp_path: Path) -> None:
    simulate(build, "python", image=tmp_path / "picture.png")
    rtl = simulate(build, "rtl", image=tmp_path / "picture.png")
    content, page = read(build)
    assert content["bit_exact"] == {"compared": 2 * 24 * 20 * 3, "differing": 0}
    assert content["cycles_per_frame"] == {"bound": 4320, "simulated": 4330}
    assert content["fps"] == pytest.approx(100e6 / 4330)
    assert content["image_quality"] == {
        "psnr_reference_db": rtl.psnr_reference_db,
        "psnr_hardware_db": rtl.psnr_hardware_db,
        "psnr_baseline_db": rtl.psnr_baseline_db,
    }
    assert set(content["simulations"]) == {"python", "rtl"}
    assert content["simulations"]["rtl"] == json.loads((build.path / "simulation" / "rtl.json").read_text())
    assert all("RTL simulated" in content["sources"][key] for key in ("bit_exact", "image_quality"))
    text = re.sub(r"\s+", " ", "".join(page.text))
    assert "0 of 2,880 output integers differ from the software reference" in text
    assert f"{rtl.psnr_hardware_db:.3f} dB" in text


def test_python_engine_alone_is_named_as_the_source(build: ConvolutionBuild, tmp_path: Path) -> None:
    simulate(build, "python", image=tmp_path / "picture.png")
    content, _ = read(build)
    assert content["bit_exact"] == {"compared": 24 * 20 * 3, "differing": 0}
    assert "hardware graph executed in Python" in content["sources"]["bit_exact"]
    assert "simulated" not in content["cycles_per_frame"]


def test_cpp_says_more_than_python_and_less_than_rtl(build: ConvolutionBuild, tmp_path: Path) -> None:
    for engine, expected in (("python", "in Python"), ("hls", "HLS C++ compiled"), ("rtl", "RTL simulated")):
        simulate(build, engine, image=tmp_path / "picture.png")
        content, page = read(build)
        assert expected in content["sources"]["bit_exact"]
        assert expected in " ".join(page.text)
    assert set(content["simulations"]) == {"python", "hls", "rtl"}


def test_page_holds_the_pictures_and_loads_nothing(build: ConvolutionBuild, tmp_path: Path) -> None:
    report = simulate(build, "rtl", image=tmp_path / "picture.png")
    _, page = read(build)
    assert all(address.startswith("data:image/") for address in page.loaded)
    assert set(page.links) <= {f"#{name}" for name in page.anchors}
    assert not {"script", "link", "iframe", "object", "embed"} & page.tags
    titles = {
        "Input": "input",
        "Bicubic": "baseline",
        "Software reference": "reference",
        "Simulated hardware": "hardware",
        "Original": "clean",
    }
    for title, name in titles.items():
        np.testing.assert_array_equal(page.pixels(title), load_image(build.path / report.pictures[name]))
    assert not page.pixels("Hardware against reference").any()


def test_a_difference_is_shown_and_stated(tmp_path: Path, build: ConvolutionBuild) -> None:
    wrong = ConvolutionBuild(build.path, fault=1)
    with pytest.raises(ExactnessError):
        simulate(wrong, "rtl", image=tmp_path / "picture.png")
    content, page = read(wrong)
    assert content["bit_exact"]["differing"] == 1
    assert np.argwhere(page.pixels("Hardware against reference")).tolist() == [[5, 7, 1]]
    assert "Not bit-exact" in page.text


def test_names_are_escaped(tmp_path: Path) -> None:
    odd = manifest().model_copy(update={"model": "<script>alert(1)</script>"})
    _, page = read(ConvolutionBuild(tmp_path, odd))
    assert "<script>alert(1)</script>" in page.text


def test_simulation_of_another_build_is_refused_and_the_old_report_stays(
    tmp_path: Path, build: ConvolutionBuild
) -> None:
    simulate(build, "python", image=tmp_path / "picture.png")
    before = [path.read_bytes() for path in write_report(build)[:2]]
    rebuilt = ConvolutionBuild(build.path, manifest(width=14))
    with pytest.raises(BuildError, match="is of an earlier build"):
        write_report(rebuilt)
    assert [(build.path / name).read_bytes() for name in ("report.json", "report.html")] == before


def test_the_same_build_gives_the_same_report(tmp_path: Path, build: ConvolutionBuild) -> None:
    simulate(build, "rtl", image=tmp_path / "picture.png")
    first = [path.read_bytes() for path in write_report(build)[:2]]
    assert [path.read_bytes() for path in write_report(build)[:2]] == first


def test_comparison_shows_input_baseline_hardware_and_original(
    tmp_path: Path, build: ConvolutionBuild
) -> None:
    report = simulate(build, "rtl", image=tmp_path / "picture.png")
    write_report(build)
    strip = load_image(build.path / "comparison.png")
    assert strip.shape == (24, 4 * 20 + 3 * 8, 3)
    given = load_image(build.path / report.pictures["input"])
    np.testing.assert_array_equal(strip[::2, :20:2], given)
    for place, name in enumerate(("baseline", "hardware", "clean"), start=1):
        expected = load_image(build.path / report.pictures[name])
        np.testing.assert_array_equal(strip[:, 28 * place : 28 * place + 20], expected)
        assert (strip[:, 28 * place - 8 : 28 * place] == 255).all()
