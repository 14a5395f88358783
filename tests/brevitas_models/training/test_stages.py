# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import replace

import pytest
import torch

from bbcu_fpga.errors import TrainingError
from brevitas_models.checkpoint import load
from brevitas_models.networks import GAMSRResNetConfig
from brevitas_models.quantizers import TanhBinaryQuant
from brevitas_models.training import Restoration, train
from brevitas_models.units import StagedConv
from tests.brevitas_models.training.runs import IRNET, StoppedError, assert_equal_weights, stop_at, weights


@pytest.fixture
def staged(config):
    network = GAMSRResNetConfig(channels=4, blocks=1, scale=2)
    return replace(config, network=network, stages=(1, 2, 3, 4), steps=8, epoch_steps=2)


def record(monkeypatch, values):
    """Append what `values` returns of the module at each step to the list returned."""
    found, original = [], Restoration.training_step

    def recording(self, batch, batch_idx):
        found.append(values(self))
        return original(self, batch, batch_idx)

    monkeypatch.setattr(Restoration, "training_step", recording)
    return found


def test_a_run_goes_through_the_stages_and_ends_binary(staged, monkeypatch):
    found = record(
        monkeypatch,
        lambda module: (
            {part.stage for part in module.modules() if isinstance(part, StagedConv)},
            len(module.trainer.optimizers[0].state) > 0,
            module.trainer.optimizers[0].param_groups[0]["lr"] == staged.learning_rate,
        ),
    )
    network, card = load(train(staged, progress=False))
    assert [stages for stages, _, _ in found] == [{1}, {1}, {2}, {2}, {3}, {3}, {4}, {4}]
    # each stage begins without momentum and with the whole learning rate
    assert [state for _, state, _ in found] == [False, True] * 4
    assert [rate for _, _, rate in found] == [True, False] * 4
    assert all(part.obstacle is None for part in network.modules() if isinstance(part, StagedConv))
    assert card["stages"] == [1, 2, 3, 4]


def test_a_stage_starts_from_the_weights_of_the_one_before(staged, monkeypatch):
    found = record(monkeypatch, lambda module: module.network.tail.weight.detach().clone())
    ends, original = [], Restoration.on_train_epoch_end

    def ending(self):
        ends.append(self.network.tail.weight.detach().clone())
        original(self)

    monkeypatch.setattr(Restoration, "on_train_epoch_end", ending)
    train(staged, progress=False)
    assert len(ends) == 4
    for end, start in zip(ends[:-1], found[2::2], strict=True):
        assert torch.equal(end, start)


@pytest.mark.parametrize("step", [3, 5, 7])
def test_a_run_is_resumed_in_its_stage(staged, monkeypatch, step):
    staged = replace(staged, epoch_steps=1, average=2)
    expected = weights(train(replace(staged, output=staged.output / "whole"), progress=False))
    go_on = stop_at(monkeypatch, Restoration, step)
    with pytest.raises(StoppedError):
        train(staged, progress=False)
    go_on()
    assert_equal_weights(expected, weights(train(replace(staged, resume=True), progress=False)))


def test_weights_of_an_earlier_stage_are_not_averaged_with(staged, monkeypatch):
    ends, original = [], Restoration.on_train_epoch_end

    def ending(self):
        ends.append(self.network.tail.weight.detach().clone())
        original(self)

    monkeypatch.setattr(Restoration, "on_train_epoch_end", ending)
    averaged = weights(train(replace(staged, epoch_steps=1, average=5), progress=False))
    assert len(ends) == 8 and not torch.equal(ends[6], ends[7])
    torch.testing.assert_close(averaged["tail.weight"], (ends[6] + ends[7]) / 2, rtol=1e-6, atol=0)


def test_stages_are_for_networks_that_have_them(config):
    with pytest.raises(TrainingError, match="stages are for networks of GAM's unit"):
        train(replace(config, stages=(1, 2, 3, 4)), progress=False)


def test_the_tanh_of_irnet_sharpens_with_the_epochs(config, monkeypatch):
    found = record(
        monkeypatch,
        lambda module: {part.sharpness for part in module.modules() if isinstance(part, TanhBinaryQuant)},
    )
    train(replace(config, network=IRNET, steps=4, epoch_steps=1), progress=False)
    assert [len(values) for values in found] == [1] * 4
    assert [values.pop() for values in found] == pytest.approx(
        [10.0 ** (2 * part / 4 - 1) for part in range(4)]
    )
