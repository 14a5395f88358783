# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Simulating a picture: cropping, tiling, comparing, measuring, and what is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bbcu_fpga.errors import BuildError, ExactnessError, ImageError, SimulationError, TaskError
from bbcu_fpga.images import load_image, save_image
from bbcu_fpga.scene import Framing, find_task
from bbcu_fpga.simulation import Engine, load_report, simulate
from brevitas_models.colour import chroma, luma8, with_chroma
from brevitas_models.degradations import Jpeg
from brevitas_models.metrics import psnr, psnr_y
from brevitas_models.resize import imresize
from brevitas_models.tasks import super_resolution
from tests.convolution_build import ConvolutionBuild, manifest

PICTURE = np.random.default_rng(3).integers(0, 256, (31, 47, 3), dtype=np.uint8)


@pytest.fixture
def build(tmp_path: Path) -> ConvolutionBuild:
    """Return a stand-in build for frames of 12x10 pixels (height x width)."""
    return ConvolutionBuild(tmp_path / "build")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Return the path of a picture of 31x47 pixels (height x width)."""
    save_image(tmp_path / "picture.png", PICTURE)
    return tmp_path / "picture.png"


def test_clean_picture_is_cropped_degraded_restored_and_measured(
    build: ConvolutionBuild, picture: Path
) -> None:
    report = simulate(build, "python", image=picture)
    clean = PICTURE[3:27, 13:33]
    degraded = imresize(clean, 0.5)
    restored = build.reference(degraded[None])[0]
    expected = {"input": degraded, "baseline": imresize(degraded, 2), "hardware": restored, "clean": clean}
    for name, pixels in {**expected, "reference": restored}.items():
        np.testing.assert_array_equal(load_image(build.path / report.pictures[name]), pixels)
    assert report.notice is not None and "from 47x31 to the central 20x24 pixels" in report.notice
    assert (report.compared, report.differing, report.frames, report.tiles) == (24 * 20 * 3, 0, 1, 1)
    assert report.psnr_hardware_db == report.psnr_reference_db == psnr_y(restored, clean, 2)
    assert report.psnr_baseline_db == psnr_y(imresize(degraded, 2), clean, 2)
    assert report.cycles_per_frame is None


def test_degraded_picture_is_not_measured(build: ConvolutionBuild, picture: Path) -> None:
    report = simulate(build, "python", input=picture)
    np.testing.assert_array_equal(load_image(build.path / report.pictures["input"]), PICTURE[9:21, 18:28])
    assert "clean" not in report.pictures
    content = json.loads((build.path / "simulation" / "python.json").read_text())
    assert not [key for key in content if key.startswith("psnr")]
    assert content["compared"] == 24 * 20 * 3


def test_rtl_sends_the_picture_twice_and_counts_cycles(build: ConvolutionBuild, picture: Path) -> None:
    report = simulate(build, "rtl", image=picture)
    bound = build.manifest.cycles_bound
    assert (report.frames, report.compared) == (2, 2 * 24 * 20 * 3)
    assert (report.cycles_per_frame, report.latency_cycles) == (bound + 10, 2 * bound)
    once = simulate(build, "rtl", image=picture, frames=1)
    assert (once.frames, once.cycles_per_frame) == (1, None)
    assert "cycles_per_frame" not in json.loads((build.path / "simulation" / "rtl.json").read_text())


def test_cpp_sends_the_picture_once_and_counts_no_cycles(build: ConvolutionBuild, picture: Path) -> None:
    report = simulate(build, "hls", image=picture)
    assert (report.engine, report.frames, report.compared) == ("hls", 1, 24 * 20 * 3)
    content = json.loads((build.path / "simulation" / "hls.json").read_text())
    assert not [key for key in content if key.endswith("_cycles") or key == "cycles_per_frame"]
    assert content["pictures"]["hardware"] == "simulation/hls/hardware.png"


@pytest.mark.parametrize("engine", ["python", "hls", "rtl"])
def test_tiles_equal_the_reference_of_the_whole_picture(
    build: ConvolutionBuild, picture: Path, engine: Engine
) -> None:
    report = simulate(build, engine, input=picture, tile=True, frames=2)
    whole = build.reference(PICTURE[None])[0]
    np.testing.assert_array_equal(load_image(build.path / report.pictures["hardware"]), whole)
    assert report.notice is None
    # ceil((31-4)/(12-4)) x ceil((47-4)/(10-4)) tiles
    assert (report.tiles, report.compared, report.differing) == (4 * 8, 2 * 62 * 94 * 3, 0)


def test_tiled_clean_picture_loses_only_odd_rows_and_columns(build: ConvolutionBuild, picture: Path) -> None:
    report = simulate(build, "python", image=picture, tile=True)
    assert load_image(build.path / report.pictures["clean"]).shape == (30, 46, 3)


def test_a_halo_too_small_is_found_at_the_seams(tmp_path: Path, picture: Path) -> None:
    build = ConvolutionBuild(tmp_path / "build", manifest(halo=1))
    with pytest.raises(ExactnessError, match="of 17484 integers of the python engine differ"):
        simulate(build, "python", input=picture, tile=True)


def test_one_wrong_integer_is_named_and_recorded(tmp_path: Path, picture: Path) -> None:
    build = ConvolutionBuild(tmp_path / "build", fault=1)
    expected = int(build.reference(PICTURE[None, 9:21, 18:28])[0, 5, 7, 1])
    with pytest.raises(ExactnessError) as caught:
        simulate(build, "rtl", input=picture)
    assert "1 of 2880 integers of the rtl engine differ" in str(caught.value)
    assert f"frame 1, row 5, column 7, channel 1: got {expected ^ 1}, expected {expected}" in str(
        caught.value
    )
    assert json.loads((build.path / "simulation" / "rtl.json").read_text())["differing"] == 1


def test_picture_too_small_is_refused_and_nothing_written(build: ConvolutionBuild, tmp_path: Path) -> None:
    save_image(tmp_path / "small.png", PICTURE[:23, :20])
    for tile in (False, True):
        with pytest.raises(ImageError, match=r"small.png: is too small: 20x23 pixels .* at least 20x24"):
            simulate(build, "python", image=tmp_path / "small.png", tile=tile)
    assert not build.path.exists()


def test_frame_too_small_for_tiles(tmp_path: Path, picture: Path) -> None:
    build = ConvolutionBuild(tmp_path / "build", manifest(halo=5))
    with pytest.raises(ImageError, match="too small for tiles"):
        simulate(build, "python", input=picture, tile=True)


def test_wrong_requests(build: ConvolutionBuild, picture: Path) -> None:
    with pytest.raises(SimulationError, match="not both"):
        simulate(build, "python", image=picture, input=picture)
    with pytest.raises(SimulationError, match="at least 1, got 0"):
        simulate(build, "python", image=picture, frames=0)


def test_unknown_task(tmp_path: Path, picture: Path) -> None:
    other = manifest().model_copy(update={"task": "poetry"})
    with pytest.raises(SimulationError, match="'poetry' is unknown; known: super-resolution, denoising"):
        simulate(ConvolutionBuild(tmp_path, other), "python", image=picture)


def test_pictures_replace_those_of_the_simulation_before(build: ConvolutionBuild, picture: Path) -> None:
    simulate(build, "python", image=picture)
    simulate(build, "python", input=picture)
    folder = build.path / "simulation"
    assert {path.name for path in folder.iterdir()} == {"python", "python.json"}
    assert {path.stem for path in (folder / "python").iterdir()} == {
        "input",
        "baseline",
        "reference",
        "hardware",
    }


def test_report_is_read_back_but_not_for_another_build(build: ConvolutionBuild, picture: Path) -> None:
    assert load_report(build, "python") is None
    report = simulate(build, "python", image=picture)
    assert load_report(build, "python") == report
    rebuilt = ConvolutionBuild(build.path, manifest(width=14))
    with pytest.raises(BuildError, match="is of an earlier build: run `bbcu-fpga simulate"):
        load_report(rebuilt, "python")
    for folder, name in (("rtl", "top.v"), ("hls", "top.cpp")):
        simulate(build, "python", image=picture)
        (build.path / folder).mkdir()
        (build.path / folder / name).touch()
        with pytest.raises(BuildError, match="is of an earlier build"):
            load_report(build, "python")
    (build.path / "simulation" / "python.json").write_text("{")
    with pytest.raises(BuildError, match="python.json: not a simulation report"):
        load_report(build, "python")


def test_a_build_made_anew_while_it_is_simulated_gets_no_report(
    build: ConvolutionBuild, picture: Path
) -> None:
    def rebuild(*_: object) -> None:
        (build.path / "rtl").mkdir(parents=True, exist_ok=True)
        (build.path / "rtl" / "top.v").touch()

    with pytest.raises(BuildError, match="was built anew meanwhile"):
        simulate(build, "python", image=picture, progress=rebuild)
    assert load_report(build, "python") is None


def test_example_photograph() -> None:
    scene = Framing(super_resolution(2), height=96, width=96).example_scene()
    assert scene.clean is not None
    assert (scene.clean.shape, scene.degraded.shape) == ((192, 192, 3), (96, 96, 3))
    assert scene.baseline.shape == scene.clean.shape
    np.testing.assert_array_equal(scene.degraded, imresize(scene.clean, 0.5))


class LumaBuild(ConvolutionBuild):
    """Repeats the pixels of one channel."""

    def reference(self, images: np.ndarray) -> np.ndarray:
        """Restore uint8 [N, H, W, 1] of any size."""
        assert images.shape[-1] == 1
        return images.repeat(self.manifest.scale, axis=1).repeat(self.manifest.scale, axis=2)

    def execute_python(self, frames: np.ndarray) -> np.ndarray:
        """Restore frames."""
        return self.reference(frames)


def test_a_network_of_one_channel_restores_y_and_the_chroma_is_enlarged(
    tmp_path: Path, picture: Path
) -> None:
    build = LumaBuild(tmp_path / "build", manifest().model_copy(update={"colours": 1}))
    report = simulate(build, "python", image=picture)
    clean, small = PICTURE[3:27, 13:33], imresize(PICTURE[3:27, 13:33], 0.5)
    y = luma8(clean)[..., None]
    degraded = np.clip(np.rint(imresize(y.astype(np.float64), 0.5)), 0, 255).astype(np.uint8)
    restored = build.reference(degraded[None])[0]
    assert (report.compared, report.differing) == (24 * 20, 0)
    assert report.psnr_hardware_db == psnr(restored, y, 2)
    assert report.protocol is not None and "Y, not rounded" in report.protocol
    shown = {name: load_image(build.path / path) for name, path in report.pictures.items()}
    np.testing.assert_array_equal(shown["input"], with_chroma(degraded, chroma(small)))
    np.testing.assert_array_equal(shown["hardware"], with_chroma(restored, imresize(chroma(small), 2)))
    np.testing.assert_array_equal(shown["clean"], with_chroma(y, imresize(chroma(small), 2)))


def test_artefacts_are_removed_from_y_and_the_chroma_stays(tmp_path: Path, picture: Path) -> None:
    fields = {"colours": 1, "scale": 1, "task": "denoising"}
    build = LumaBuild(tmp_path / "build", manifest().model_copy(update=fields))
    report = simulate(build, "python", image=picture)
    clean = PICTURE[9:21, 18:28]
    y = luma8(clean)[..., None]
    artefacts = Jpeg(10)(y, np.random.default_rng(0))
    assert report.psnr_hardware_db == report.psnr_baseline_db == psnr(artefacts, y)
    assert report.baseline == "input" and "baseline" not in report.pictures
    shown = load_image(build.path / report.pictures["hardware"])
    np.testing.assert_array_equal(shown, with_chroma(artefacts, chroma(clean)))


def test_noise_is_what_eight_bits_hold_and_depends_on_the_name_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    framing = Framing(find_task("denoising", 1, 3), 12, 10)
    degraded = []
    for folder in (tmp_path, tmp_path / "elsewhere"):
        save_image(folder / "picture.png", PICTURE)
        scene = framing.clean_scene(folder / "picture.png")
        assert scene.clean is not None
        np.testing.assert_array_equal(scene.baseline, scene.degraded)
        degraded.append(scene.degraded)
    np.testing.assert_array_equal(*degraded)
    difference = degraded[0].astype(int) - PICTURE[9:21, 18:28]
    assert 10 < difference.std() < 30


def test_a_grey_picture_has_no_chroma(tmp_path: Path) -> None:
    Image.fromarray(PICTURE[..., 0]).save(tmp_path / "grey.png")
    scene = Framing(super_resolution(2, 1), 12, 10).degraded_scene(tmp_path / "grey.png")
    assert scene.chroma is None and scene.degraded.shape == (12, 10, 1)
    np.testing.assert_array_equal(scene.degraded[..., 0], PICTURE[9:21, 18:28, 0])
    np.testing.assert_array_equal(scene.in_colour(scene.degraded), scene.degraded.repeat(3, axis=2))


def test_darkness_is_not_computed(tmp_path: Path, picture: Path) -> None:
    framing = Framing(find_task("low-light", 1, 3), 12, 10)
    with pytest.raises(TaskError, match="low_light needs pairs of pictures"):
        framing.clean_scene(picture)
    assert framing.degraded_scene(picture).clean is None
