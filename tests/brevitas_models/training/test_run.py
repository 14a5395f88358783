# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import json
import logging
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from lightning.pytorch.callbacks import RichProgressBar
from PIL import Image

from bbcu_fpga.errors import ImageError, LeakError, TaskError, TrainingError
from brevitas_models.checkpoint import load
from brevitas_models.evaluate import evaluate
from brevitas_models.networks import (
    DnCNNConfig,
    EDSRConfig,
    FFDNetConfig,
    GAMSRResNetConfig,
    PRNConfig,
    ZeroDCEConfig,
)
from brevitas_models.tasks import find_task
from brevitas_models.training import LOSSES, Restoration, module, run, train
from tests.brevitas_models.samples import SMALLEST
from tests.brevitas_models.training.runs import (
    IRNET,
    StoppedError,
    assert_equal_weights,
    logged,
    stop_at,
    weights,
)

DOUBLE = find_task("super_resolution_x2")


def test_a_run_leaves_checkpoint_card_and_log(config, held_out):
    path = train(replace(config, validation=held_out), progress=False)
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


def test_training_learns(config, held_out):
    start = replace(config, steps=1, learning_rate=0.0, validation=held_out)
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


def test_resuming_without_a_checkpoint_starts_afresh(config):
    fresh = weights(train(config, progress=False))
    resumed = train(replace(config, output=config.output / "new", resume=True), progress=False)
    assert_equal_weights(fresh, weights(resumed))


def test_a_time_budget_ends_the_run(config, monkeypatch):
    clock = iter(np.arange(0.0, 1000.0, 0.5))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    card = load(train(replace(config, seconds=4.0), progress=False))[1]
    assert card["seconds"] == 4 and 2 < card["steps"] < 10


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains(config, loss):
    if loss == "zero_reference":
        config = replace(config, network=ZeroDCEConfig(channels=4, iterations=2), patch=16)
    assert load(train(replace(config, steps=2, loss=loss), progress=False))[1]["loss"] == loss


def test_a_picture_that_is_measured_with_is_not_trained_on(config):
    with pytest.raises(LeakError, match=r"images/0\.png"):
        train(replace(config, validation=config.data[0]), progress=False)
    assert not config.output.exists()


def test_the_result_is_the_mean_of_the_last_epoch_ends(config, monkeypatch):
    ends, finish = [], Restoration.on_train_epoch_end

    def recording_end(module):
        ends.append({name: value.clone() for name, value in module.network.state_dict().items()})
        finish(module)

    monkeypatch.setattr(Restoration, "on_train_epoch_end", recording_end)
    averaged = weights(train(replace(config, average=2), progress=False))
    assert len(ends) == 3
    for name, value in averaged.items():
        if "alpha" not in name:
            np.testing.assert_allclose(value, (ends[1][name] + ends[2][name]) / 2, rtol=1e-6, err_msg=name)
    latent = averaged["fine.branch.conv.weight"]
    np.testing.assert_allclose(
        averaged["fine.branch.alpha"].flatten(), latent.abs().mean((1, 2, 3)), rtol=1e-6
    )


@pytest.mark.slow
def test_an_accelerated_run_evaluates_and_exports_like_any_other(config, held_out):
    path = train(replace(config, accelerated=True, validation=held_out), progress=False)
    network, card = load(path)
    assert evaluate(network, held_out, DOUBLE)[-1].psnr == card["validation"]["psnr"]


def test_a_stopped_and_resumed_run_has_the_same_weights_and_curve(config, monkeypatch, held_out):
    config = replace(config, validation=held_out)
    whole = replace(config, output=config.output / "whole")
    expected = weights(train(whole, progress=False))
    go_on = stop_at(monkeypatch, Restoration, 3)
    with pytest.raises(StoppedError):
        train(config, progress=False)
    go_on()
    path = train(replace(config, resume=True), progress=False)
    assert_equal_weights(expected, weights(path))
    assert load(path)[1]["steps"] == config.steps
    for column in ("loss", "psnr", "learning_rate"):
        assert logged(config, column) == logged(whole, column), column
    assert len(logged(config, "loss")) == 3


def test_resuming_a_finished_run_changes_nothing(config):
    for settings in ({}, {"seconds": 1e-9}):
        run = replace(config, **settings, output=config.output / str(len(settings)))
        first = weights(train(run, progress=False))
        steps = load(run.output / "network.pt")[1]["steps"]
        again = train(replace(run, resume=True), progress=False)
        assert_equal_weights(first, weights(again))
        assert load(again)[1]["steps"] == steps


def test_resuming_with_another_network_is_refused(config):
    train(config, progress=False)
    other = replace(config, network=replace(SMALLEST, channels=8), resume=True)
    with pytest.raises(TrainingError, match="last.ckpt: is of another network.*another folder"):
        train(other, progress=False)


def test_a_new_run_in_the_same_folder_replaces_the_logs(config):
    train(config, progress=False)
    train(replace(config, steps=2), progress=False)
    assert len(logged(config, "loss")) == 1


def test_a_new_run_that_is_stopped_early_leaves_nothing_to_resume_of_the_old_one(config, monkeypatch):
    train(config, progress=False)
    stop_at(monkeypatch, Restoration, 1)
    with pytest.raises(StoppedError):
        train(config, progress=False)
    assert not (config.output / "last.ckpt").exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_the_run(config, monkeypatch, value):
    original = torch.nn.L1Loss.forward
    calls = iter(range(100))

    def breaking(self, restored, clean):
        return original(self, restored, clean) * (value if next(calls) == 4 else 1.0)

    monkeypatch.setattr(torch.nn.L1Loss, "forward", breaking)
    with pytest.raises(TrainingError, match=rf"step 4: the loss is {value}; the last good .*last\.ckpt"):
        train(config, progress=False)
    assert (config.output / "curves.png").exists() and not (config.output / "network.pt").exists()


def test_a_weight_that_is_no_number_reaches_no_checkpoint(config, monkeypatch):
    original = Restoration.on_train_batch_end

    def breaking(self, outputs, batch, batch_idx):
        original(self, outputs, batch, batch_idx)
        self.network.tail.weight.data[0, 0, 0, 0] = float("nan")

    monkeypatch.setattr(Restoration, "on_train_batch_end", breaking)
    with pytest.raises(TrainingError, match="step 1: a weight is no finite number; there is no checkpoint"):
        train(replace(config, epoch_steps=1), progress=False)
    assert not (config.output / "last.ckpt").exists()


def test_a_corrupt_picture_is_named_and_skipped_or_refused(config, caplog):
    (config.data[0] / "broken.png").write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"broken\.png"):
        train(config, progress=False)
    with caplog.at_level(logging.WARNING):
        card = load(train(replace(config, on_corrupt="skip"), progress=False))[1]
    assert card["images"] == 3 and "broken.png" in caplog.text


def test_test_folders_are_checked_for_leaks(config):
    with pytest.raises(LeakError, match=r"images/0\.png"):
        train(replace(config, test=(config.data[0],)), progress=False)


FAMILIES = [
    (DnCNNConfig(channels=4, convs=3), "denoising_25"),
    (DnCNNConfig(channels=4, convs=3, colours=1, bias=True), "jpeg_10"),
    (EDSRConfig(channels=4, blocks=1), "super_resolution_y_x2"),
    (FFDNetConfig(channels=4, convs=4), "denoising_50"),
    (GAMSRResNetConfig(channels=4, blocks=1), "super_resolution_x4"),
    (PRNConfig(channels=4, iterations=2, depth=1), "deraining"),
    (IRNET, None),
]


@pytest.mark.parametrize(("network", "task"), FAMILIES, ids=lambda value: str(value)[:24])
def test_every_kind_of_network_trains_for_its_task(config, network, task):
    run = replace(config, network=network, task=task, steps=2)
    before = {name: value.clone() for name, value in module_of(run).network.named_parameters()}
    path = train(run, progress=False)
    trained, card = load(path)
    assert card["task"] == (task or "super_resolution_x2")
    after = dict(trained.named_parameters())
    moved = [name for name in before if not torch.equal(before[name], after[name])]
    assert len(moved) > len(before) / 2
    assert json.loads(path.with_suffix(".json").read_text())["task"] == card["task"]


def module_of(config):
    """The untrained module of a run, with the weights that the run starts from."""
    run.lightning.seed_everything(config.seed, verbose=False)
    return run._prepare(config)[0]


def test_a_network_that_is_told_the_noise_gets_the_task_s(config):
    network, task = replace(config, network=FFDNetConfig(channels=4, convs=4), task="denoising_50").fitted()
    assert network.sigma == 50 and task.training == task.degradation


def test_low_light_is_trained_on_pairs(config, tmp_path):
    run = replace(config, network=ZeroDCEConfig(channels=4, iterations=2), steps=2)
    with pytest.raises(TaskError, match=r"0\.png.*low_light is trained on pairs"):
        train(run, progress=False)
    for name, share in (("high", 1.0), ("low", 0.25)):
        (tmp_path / "pairs" / name).mkdir(parents=True)
        for path in config.data[0].iterdir():
            dark = (np.asarray(Image.open(path)) * share).astype(np.uint8)
            Image.fromarray(dark).save(tmp_path / "pairs" / name / path.name)
    card = load(train(replace(run, data=(tmp_path / "pairs",)), progress=False))[1]
    assert (card["task"], card["images"]) == ("low_light", 3)


def test_mixed_precision_trains_and_leaves_float_weights(config):
    path = train(replace(config, precision="bf16-mixed", steps=2), progress=False)
    assert {value.dtype for value in weights(path).values()} == {torch.float32}
    plain = weights(train(replace(config, steps=2, output=config.output / "plain"), progress=False))
    assert not torch.equal(weights(path)["tail.weight"], plain["tail.weight"])


def test_a_machine_that_there_is_not_is_refused(config):
    with pytest.raises(TrainingError, match="the machine cannot be used so"):
        train(replace(config, accelerator="abacus"), progress=False)


def test_an_epoch_is_one_line_where_there_is_no_bar(config, caplog, held_out):
    with caplog.at_level(logging.INFO, logger="brevitas_models"):
        train(replace(config, validation=held_out))
    lines = [
        record.message for record in caplog.records if record.name.startswith("brevitas_models.training")
    ]
    assert [line.partition(":")[0] for line in lines] == ["step 2", "step 4", "step 6"]
    assert all("psnr" in line for line in lines)


@pytest.mark.parametrize(
    ("terminal", "wanted", "bar"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_the_bar_is_for_terminals(config, monkeypatch, terminal, wanted, bar):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    callback = run._trainer(config, wanted).progress_bar_callback
    assert isinstance(callback, RichProgressBar) if bar else callback is None
