# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from brevitas_models.checkpoint import load
from brevitas_models.data import make_pair, sample_pairs
from brevitas_models.evaluate import evaluate, mean, restore, score
from brevitas_models.metrics import psnr_y, ssim_y
from brevitas_models.resize import imresize
from tests.brevitas_models.samples import SMALLEST, as_pixels, picture, random_network

BARS = {"tiny": 36.2, "small": 37.0}  # dB of Y on Set5, x2


def test_restoring_is_the_evaluation_of_the_network():
    network = random_network(SMALLEST)
    image = picture(7, 9)
    with torch.no_grad():
        expected = network(as_pixels(image))[0].numpy().transpose(1, 2, 0)
    restored = restore(network, image)
    assert restored.dtype == np.uint8
    np.testing.assert_array_equal(restored, expected)


@pytest.mark.parametrize("training", [True, False])
def test_restoring_keeps_the_mode_of_the_network(training):
    network = random_network(SMALLEST).train(training)
    restore(network, picture(4, 4))
    assert network.training is training and network.fine.training is training


def test_what_cannot_be_restored_is_refused():
    network = random_network(SMALLEST)
    with pytest.raises(TypeError, match="uint8"):
        restore(network, picture(4, 4).astype(np.float32))
    with pytest.raises(ValueError, match="must be"):
        restore(network, picture(4, 4)[..., 0])


def test_a_folder_is_scored_beside_bicubic(tmp_path):
    network = random_network(SMALLEST)
    images = [picture(41, 40, seed) for seed in range(2)]
    for index, image in enumerate(images):
        Image.fromarray(image).save(tmp_path / f"{index}.png")
    *scores, average = evaluate(network, tmp_path)
    high = images[1][:40]
    low = imresize(high, 0.5)
    assert [one.name for one in scores] == ["0.png", "1.png"] and average.name == "mean"
    assert scores[1].psnr == psnr_y(restore(network, low), high, 2)
    assert scores[1].ssim == ssim_y(restore(network, low), high, 2)
    assert scores[1].bicubic_psnr == psnr_y(imresize(low, 2), high, 2)
    assert scores[1].bicubic_ssim == ssim_y(imresize(low, 2), high, 2)
    assert average.psnr == pytest.approx((scores[0].psnr + scores[1].psnr) / 2)


@pytest.mark.parametrize("name", BARS)
def test_shipped_networks_beat_bicubic_on_photographs(name):
    network, _ = load(name)
    crops = [make_pair(pair.name, pair.high[40:200, 40:200], 2) for pair in sample_pairs(2)]
    average = mean([score(network, crop) for crop in crops])
    assert average.psnr > average.bicubic_psnr + 1
    assert average.ssim > average.bicubic_ssim


@pytest.mark.skipif("BBCU_SET5" not in os.environ, reason="BBCU_SET5 names no Set5 folder")
@pytest.mark.parametrize("name", BARS)
def test_shipped_networks_reach_their_quality(name):
    network, card = load(name)
    average = evaluate(network, Path(os.environ["BBCU_SET5"]) / "HR")[-1]
    assert average.psnr >= BARS[name]
    assert average.bicubic_psnr == pytest.approx(33.67, abs=0.02)
    assert average.psnr == pytest.approx(card["validation"]["psnr"], abs=1e-4)
