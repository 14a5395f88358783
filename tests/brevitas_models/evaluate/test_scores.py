# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import math

import numpy as np
import pytest
from PIL import Image
from torch import nn

from bbcu_fpga.errors import DataError, ImageError, TaskError
from brevitas_models.checkpoint import load
from brevitas_models.data import sample_sources
from brevitas_models.evaluate import Score, evaluate, mean, measure, outcomes, restore, score
from brevitas_models.metrics import psnr, psnr_y, ssim, ssim_y
from brevitas_models.resize import imresize
from brevitas_models.tasks import Source, find_task
from tests.brevitas_models.samples import SMALLEST, picture, random_network
from tests.brevitas_models.sets import DATA, needs_sets

DOUBLE, NOISE, JPEG = (find_task(name) for name in ("super_resolution_x2", "denoising_25", "jpeg_10"))
BARS = {"tiny": 36.2, "small": 37.0}  # dB of Y on Set5, x2


@pytest.fixture
def folder(tmp_path):
    for index in range(2):
        Image.fromarray(picture(41, 40, index)).save(tmp_path / f"{index}.png")
    return tmp_path


def test_a_folder_is_scored_beside_bicubic(folder):
    network = random_network(SMALLEST)
    *scores, average = evaluate(network, folder, DOUBLE)
    high = picture(41, 40, 1)[:40]
    low = imresize(high, 0.5)
    assert [one.name for one in scores] == ["0.png", "1.png"] and average.name == "mean"
    assert scores[1].psnr == psnr_y(restore(network, low), high, 2)
    assert scores[1].ssim == ssim_y(restore(network, low), high, 2)
    assert scores[1].baseline_psnr == psnr_y(imresize(low, 2), high, 2)
    assert scores[1].baseline_ssim == ssim_y(imresize(low, 2), high, 2)
    assert average.psnr == pytest.approx((scores[0].psnr + scores[1].psnr) / 2)


def test_denoising_compares_all_channels_and_the_unclipped_input(folder):
    clean = picture(41, 40, 1)
    noisy = NOISE.pair(Source("1.png", clean), seed=3).degraded
    found = evaluate(nn.Identity(), folder, NOISE, seed=3)[1]
    clipped = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    assert found.baseline_psnr == psnr(noisy, clean, 0, "all")
    assert (found.psnr, found.ssim) == (psnr(clipped, clean, 0, "all"), ssim(clipped, clean, 0, "all"))
    assert found.psnr > found.baseline_psnr + 0.3


def test_without_a_network_the_baseline_is_scored(folder):
    alone = evaluate(None, folder, DOUBLE)
    beside = evaluate(random_network(SMALLEST), folder, DOUBLE)
    assert {one.psnr for one in alone} == {one.ssim for one in alone} == {None}
    assert [one.baseline_psnr for one in alone] == [one.baseline_psnr for one in beside]


def test_the_mean_of_scores():
    scores = [Score("a", 30.0, 0.9, 20.0, 0.5), Score("b", math.inf, 1.0, 22.0, 0.7)]
    assert mean(scores) == Score("mean", math.inf, 0.95, 21.0, 0.6)
    assert mean([Score("a", None, None, 20.0, 0.5)]) == Score("mean", None, None, 20.0, 0.5)


def test_progress_counts_the_pictures(folder):
    steps = []
    list(outcomes(None, folder, DOUBLE, progress=lambda *step: steps.append(step)))
    assert [step[1:] for step in steps] == [(0, 2), (1, 2), (2, 2)]
    assert {step[0] for step in steps} == {f"super-resolution x2 on {folder.name}"}


def test_a_corrupt_picture_is_refused_or_skipped(folder):
    (folder / "0.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"0\.png"):
        list(outcomes(None, folder, DOUBLE))
    (left,) = outcomes(None, folder, DOUBLE, on_corrupt="skip")
    assert left.pair.name == "1.png"


def test_a_network_of_another_task_is_refused():
    network = random_network(SMALLEST)
    clean = picture(48, 48)
    with pytest.raises(TaskError, match=r"x\.png: the network makes .* super_resolution_x4 needs"):
        score(
            network,
            find_task("super_resolution_x4").pair(Source("x.png", clean)),
            find_task("super_resolution_x4"),
        )
    with pytest.raises(TaskError, match=r"x\.png: the network cannot take a picture of jpeg_10"):
        score(network, JPEG.pair(Source("x.png", clean[..., :1])), JPEG)


def test_a_picture_smaller_than_the_window_is_refused():
    pair = DOUBLE.pair(Source("x.png", picture(14, 30)))
    with pytest.raises(DataError, match=r"x\.png: has 30x14 pixels; SSIM needs 15"):
        score(None, pair, DOUBLE)


@pytest.mark.parametrize("name", BARS)
def test_shipped_networks_beat_bicubic_on_photographs(name):
    network, _ = load(name)
    crops = [Source(source.name, source.clean[40:200, 40:200]) for source in sample_sources(DOUBLE)]
    average = mean([score(network, DOUBLE.pair(crop), DOUBLE) for crop in crops])
    assert average.psnr > average.baseline_psnr + 1
    assert average.ssim > average.baseline_ssim


@needs_sets
@pytest.mark.parametrize("name", BARS)
def test_shipped_networks_reach_their_quality(name):
    network, card = load(name)
    average = mean([measure(outcome, DOUBLE) for outcome in outcomes(network, DATA / "Set5", DOUBLE)])
    assert average.psnr >= BARS[name]
    assert average.baseline_psnr == pytest.approx(33.67, abs=0.01)
    assert average.psnr == pytest.approx(card["validation"]["psnr"], abs=1e-4)
