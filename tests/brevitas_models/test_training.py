# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import csv
from dataclasses import replace

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image

from bbcu_fpga.errors import LeakError
from brevitas_models import training
from brevitas_models.checkpoint import load
from brevitas_models.tasks import find_task
from brevitas_models.training import SuperResolution, TrainConfig, train
from tests.brevitas_models.samples import SMALLEST

DOUBLE = find_task("super_resolution_x2")


class StoppedError(Exception):
    pass


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    photograph = skimage.data.astronaut()
    for index in range(3):
        Image.fromarray(photograph[:48, 64 * index : 64 * index + 64]).save(folder / f"{index}.png")
    (tmp_path / "held_out").mkdir()
    Image.fromarray(photograph[100:148, :64]).save(tmp_path / "held_out" / "face.png")
    return TrainConfig(
        network=SMALLEST, output=tmp_path / "run", data=(folder,), steps=6, epoch_steps=2, batch=2, patch=8
    )


def held_out(config):
    """The folder of a picture that is not trained on."""
    return config.data[0].parent / "held_out"


def weights(path):
    return load(path)[0].state_dict()


def assert_equal_weights(first, second):
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)


def logged(config, column):
    with next((config.output / "logs").glob("*/metrics.csv")).open() as file:
        return [float(row[column]) for row in csv.DictReader(file) if row[column]]


def test_a_run_leaves_checkpoint_card_and_log(config):
    path = train(replace(config, validation=held_out(config)), progress=False)
    network, card = load(path)
    assert path == config.output / "network.pt" and network.config == SMALLEST
    assert (card["data"], card["images"], card["steps"], card["seed"]) == (
        [f"{config.data[0].parent.name}/images"],
        3,
        6,
        0,
    )
    assert card["validation"]["psnr"] == pytest.approx(logged(config, "psnr")[-1], abs=1e-4)
    assert len(logged(config, "psnr")) == 3  # one per epoch of two steps


def test_training_learns(config):
    start = replace(config, steps=1, learning_rate=0.0, validation=held_out(config))
    before = load(train(start, progress=False))[1]["validation"]["psnr"]
    longer = replace(start, output=config.output / "longer", steps=100, epoch_steps=100, learning_rate=3e-3)
    after = load(train(longer, progress=False))[1]["validation"]["psnr"]
    assert after > before + 0.2


def test_a_seed_fixes_every_weight(config):
    first = weights(train(config, progress=False))
    again = weights(train(replace(config, output=config.output / "again"), progress=False))
    other = weights(train(replace(config, output=config.output / "other", seed=1), progress=False))
    assert_equal_weights(first, again)
    assert not torch.equal(first["tail.weight"], other["tail.weight"])


def test_resuming_equals_an_uninterrupted_run(config, monkeypatch):
    expected = weights(train(replace(config, output=config.output / "whole"), progress=False))
    step = SuperResolution.training_step

    def stopping_step(module, batch, batch_idx):
        if module.global_step == 3:
            raise StoppedError
        return step(module, batch, batch_idx)

    monkeypatch.setattr(SuperResolution, "training_step", stopping_step)
    with pytest.raises(StoppedError):
        train(config, progress=False)
    monkeypatch.setattr(SuperResolution, "training_step", step)
    path = train(replace(config, resume=True), progress=False)
    assert_equal_weights(expected, weights(path))
    assert load(path)[1]["steps"] == config.steps


def test_resuming_without_a_checkpoint_starts_afresh(config):
    fresh = weights(train(config, progress=False))
    resumed = train(replace(config, output=config.output / "new", resume=True), progress=False)
    assert_equal_weights(fresh, weights(resumed))


def test_the_learning_rate_follows_half_a_cosine(config, monkeypatch):
    rates = []
    step = SuperResolution.training_step

    def recording_step(module, batch, batch_idx):
        rates.append(module.trainer.optimizers[0].param_groups[0]["lr"])
        return step(module, batch, batch_idx)

    monkeypatch.setattr(SuperResolution, "training_step", recording_step)
    train(config, progress=False)
    assert rates == pytest.approx([1e-3 * (1 + np.cos(np.pi * index / 6)) / 2 for index in range(6)])


def test_a_time_budget_ends_the_run(config, monkeypatch):
    clock = iter(np.arange(0.0, 1000.0, 0.5))
    monkeypatch.setattr(training.time, "monotonic", lambda: next(clock))
    card = load(train(replace(config, seconds=4.0), progress=False))[1]
    assert card["seconds"] == 4 and 2 < card["steps"] < 10


def test_the_luma_loss_weighs_luma_and_colour():
    restored = torch.zeros(1, 3, 1, 2)
    original = (
        torch.tensor([[[[255.0, 0.0]], [[0.0, 0.0]], [[0.0, -51.0]]]]) / 255
    )  # 255 more red, 51 less blue
    red, blue = 65.481 / 255, 24.966 / 255 * 0.2
    expected = (red + blue) / 2 + 0.2 * (1 + 0.2) / 6
    assert float(training.LOSSES["luma"]()(restored, original)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("loss", training.LOSSES)
def test_every_loss_trains(config, loss):
    assert load(train(replace(config, steps=2, loss=loss), progress=False))[1]["loss"] == loss


def test_unknown_settings_are_refused(config):
    with pytest.raises(ValueError, match="l3.*choose from l1, l2, luma"):
        train(replace(config, loss="l3"), progress=False)


def test_a_picture_that_is_measured_with_is_not_trained_on(config):
    with pytest.raises(LeakError, match=r"images/0\.png"):
        train(replace(config, validation=config.data[0]), progress=False)
    assert not config.output.exists()


@pytest.mark.slow
def test_an_accelerated_run_evaluates_and_exports_like_any_other(config):
    path = train(replace(config, accelerated=True, validation=held_out(config)), progress=False)
    network, card = load(path)
    pairs = training.load_pairs([held_out(config)], DOUBLE)
    mean = training.mean([training.score(network, pair, DOUBLE) for pair in pairs])
    assert mean.psnr == card["validation"]["psnr"]


def test_the_luma_loss_weighs_green_most_and_colours_a_little():
    black, loss = torch.zeros(2, 3, 4, 4), training.LumaL1()
    pure = [black.index_fill(1, torch.tensor([channel]), 1.0) for channel in range(3)]
    weights = np.array([65.481, 128.553, 24.966]) / 255
    np.testing.assert_allclose([loss(colour, black) for colour in pure], weights + 0.2 / 3, rtol=1e-6)
    opposite = torch.tensor([-weights[1], weights[0], 0.0], dtype=torch.float32).reshape(1, 3, 1, 1)
    np.testing.assert_allclose(loss(black + opposite, black), 0.2 / 3 * (weights[0] + weights[1]), rtol=1e-5)


def test_the_result_is_the_mean_of_the_last_epoch_ends(config, monkeypatch):
    ends, finish = [], SuperResolution.on_train_epoch_end

    def recording_end(module):
        ends.append({name: value.clone() for name, value in module.network.state_dict().items()})
        finish(module)

    monkeypatch.setattr(SuperResolution, "on_train_epoch_end", recording_end)
    averaged = weights(train(replace(config, average=2), progress=False))
    assert len(ends) == 3
    for name, value in averaged.items():
        if "alpha" not in name:
            np.testing.assert_allclose(value, (ends[1][name] + ends[2][name]) / 2, rtol=1e-6, err_msg=name)
    latent = averaged["fine.branch.conv.weight"]
    np.testing.assert_allclose(
        averaged["fine.branch.alpha"].flatten(), latent.abs().mean((1, 2, 3)), rtol=1e-6
    )
