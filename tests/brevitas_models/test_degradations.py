# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest

from brevitas_models.degradations import Bicubic, Jpeg, Noise, Rain, generator, rainy
from brevitas_models.resize import imresize
from tests.brevitas_models.samples import picture


def randomly(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bicubic_rounds_or_not(scale):
    clean = picture(12 * scale, 10 * scale)
    rounded = Bicubic(scale)(clean, randomly())
    exact = Bicubic(scale, rounded=False)(clean, randomly())
    assert rounded.dtype == np.uint8 and exact.dtype == np.float32
    assert rounded.shape == exact.shape == (12, 10, 3)
    np.testing.assert_array_equal(rounded, imresize(clean, 1 / scale))
    assert not np.array_equal(exact, np.rint(exact))
    assert np.abs(exact.clip(0, 255) - rounded).max() < 4  # clipping between the passes; else half a step


@pytest.mark.parametrize("sigma", [15.0, 50.0])
def test_noise_has_its_sigma_and_is_neither_rounded_nor_clipped(sigma):
    clean = np.full((200, 200, 3), 250, np.uint8)
    noise = Noise(sigma)(clean, randomly()) - clean
    assert noise.dtype == np.float32
    assert noise.std() == pytest.approx(sigma, rel=0.01) and abs(noise.mean()) < sigma / 50
    assert noise.max() > 3 * sigma and not np.array_equal(noise, np.rint(noise))
    for first, second in ((0, 1), (0, 2), (1, 2)):  # channels have noise of their own
        assert abs(np.corrcoef(noise[..., first].ravel(), noise[..., second].ravel())[0, 1]) < 0.02


def test_blind_noise_draws_its_level():
    clean = np.full((64, 64, 1), 128, np.uint8)
    levels = [float((Noise((0.0, 75.0))(clean, randomly(seed)) - clean).std()) for seed in range(60)]
    assert 0 < min(levels) < 10 and 65 < max(levels) < 78
    assert np.mean(levels) == pytest.approx(37.5, abs=8)


def test_jpeg_keeps_the_picture_and_worsens_with_quality():
    clean = imresize(picture(12, 12), 4)
    errors = []
    for quality in (10, 40, 90):
        degraded = Jpeg(quality)(clean, randomly())
        assert degraded.dtype == np.uint8 and degraded.shape == clean.shape
        errors.append(np.mean((degraded.astype(float) - clean) ** 2))
    assert errors[0] > errors[1] > errors[2] > 0


def test_jpeg_of_one_channel_works_on_blocks_of_eight():
    clean = picture(16, 24)[..., :1]
    whole, block = Jpeg(10)(clean, randomly()), Jpeg(10)(np.ascontiguousarray(clean[8:, 16:]), randomly())
    assert whole.shape == clean.shape
    np.testing.assert_array_equal(whole[8:, 16:], block)
    shifted = Jpeg(10)(np.ascontiguousarray(clean[4:12, 4:12]), randomly())
    assert not np.array_equal(whole[4:12, 4:12], shifted)


def test_blind_jpeg_draws_every_quality():
    clean = imresize(picture(6, 6), 4)[..., :1]
    fixed = {quality: Jpeg(quality)(clean, randomly()).tobytes() for quality in (5, 6, 7)}
    assert len(set(fixed.values())) == 3
    drawn = {Jpeg((5, 7))(clean, randomly(seed)).tobytes() for seed in range(40)}
    assert drawn == set(fixed.values())


def test_rain_adds_grey_and_saturates():
    clean = np.array([[[0, 100, 250]]], np.uint8)
    np.testing.assert_array_equal(rainy(clean, np.array([[[50]]], np.uint8)), [[[50, 150, 255]]])
    dark = np.zeros((60, 80, 3), np.uint8)
    degraded = Rain()(dark, randomly())
    assert degraded.dtype == np.uint8 and degraded.max() > 20
    np.testing.assert_array_equal(degraded, np.repeat(degraded[..., :1], 3, axis=2))


def test_rain_is_as_strong_as_published():
    """Rain100L's streaks: mean 5.9, root mean square 15.3 on average."""
    layers = [Rain().streaks(320, 480, randomly(seed)).astype(float) for seed in range(20)]
    assert 3 < np.mean([layer.mean() for layer in layers]) < 9
    assert 10 < np.mean([np.sqrt((layer**2).mean()) for layer in layers]) < 22


def test_rain_falls_in_its_direction():
    down = Rain(angle=(0.0, 0.0)).streaks(100, 100, randomly()).astype(float)[..., 0]
    assert np.abs(np.diff(down, axis=1)).mean() > 3 * np.abs(np.diff(down, axis=0)).mean()
    across = Rain(angle=(90.0, 90.0)).streaks(100, 100, randomly()).astype(float)[..., 0]
    assert np.abs(np.diff(across, axis=0)).mean() > 3 * np.abs(np.diff(across, axis=1)).mean()


@pytest.mark.parametrize("degradation", [Noise((0.0, 75.0)), Jpeg((1, 49)), Rain(), Bicubic(2)])
def test_the_generator_alone_decides(degradation):
    clean = picture(48, 40)
    first, again = (degradation(clean, generator("a.png", 3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert generator("a.png", 3).random() != generator("b.png", 3).random() != generator("a.png", 4).random()
