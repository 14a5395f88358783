# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from bbcu_fpga.errors import TrainingError
from brevitas_models.checkpoint import load
from brevitas_models.networks import EDSRConfig, GAMSRResNetConfig
from brevitas_models.quantizers import TanhBinaryQuant
from brevitas_models.training import Restoration, train
from brevitas_models.units import StagedConv, staged_convs
from tests.brevitas_models.training.runs import IRNET, StoppedError, assert_equal_weights, stop_at, weights

E2FIF = EDSRConfig(channels=4, blocks=1, colours=3)


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
    with pytest.raises(TrainingError, match="stages are for networks of GAM's or E2FIF's unit"):
        train(replace(config, stages=(1, 2, 3, 4)), progress=False)


def test_stages_that_do_not_end_binary_are_refused(staged):
    with pytest.raises(TrainingError, match=r"stages \(1, 2\) must be the last ones of .*, \(1, 2, 3, 4\)"):
        train(replace(staged, stages=(1, 2)), progress=False)
    with pytest.raises(TrainingError, match=r"stages \(3, 4\) must be the last ones of .*, \(1, 2\)"):
        train(replace(staged, network=E2FIF, stages=(3, 4)), progress=False)


@pytest.fixture
def two_stages(config):
    """E2FIF's, of two epochs of two steps each."""
    factors = {"stages": (1, 2), "stage_factors": (1.0, 2.0), "schedule": "steps"}
    return replace(config, network=E2FIF, **factors, steps=8, epoch_steps=2)


def body_conv(module):
    """Return the first binary convolution, what it makes of a sample, and its latent weights."""
    conv = staged_convs(module.network)[0]
    with torch.no_grad():
        return conv.stage, conv.accumulate(torch.ones(1, 4, 3, 3)), conv.conv.weight.detach().clone()


def test_e2fif_has_float_weights_first_and_goes_on_from_them(two_stages, monkeypatch):
    found = record(monkeypatch, body_conv)
    rates = record(monkeypatch, lambda module: module.trainer.optimizers[0].param_groups[0]["lr"])
    network, card = load(train(two_stages, progress=False))
    assert [stage for stage, _, _ in found] == [1] * 4 + [2] * 4
    for stage, sums, weight in found:
        used = weight if stage == 1 else torch.where(weight >= 0, 1.0, -1.0)
        expected = F.conv2d(torch.ones(1, 4, 3, 3), used, padding=1)
        assert torch.equal(sums, expected) and not weight.abs().eq(1).any()
    assert rates == [two_stages.learning_rate] * 4 + [2 * two_stages.learning_rate] * 4
    assert staged_convs(network)[0].obstacle is None
    assert (card["stages"], card["stage_factors"]) == ([1, 2], [1.0, 2.0])


def test_e2fifs_second_stage_starts_from_the_first_ones_weights(two_stages, monkeypatch):
    begins, ends = record(monkeypatch, body_conv), []
    original = Restoration.on_train_epoch_end
    monkeypatch.setattr(
        Restoration,
        "on_train_epoch_end",
        lambda module: (ends.append(body_conv(module)[2]), original(module))[1],
    )
    train(two_stages, progress=False)
    last_of_first, first_of_second = ends[1], begins[4][2]
    assert torch.equal(last_of_first, first_of_second)
    assert not torch.equal(begins[0][2], first_of_second)  # the first stage trained the weights


def test_an_e2fif_run_is_resumed_in_its_stage(two_stages, monkeypatch):
    expected = weights(train(replace(two_stages, output=two_stages.output / "whole"), progress=False))
    go_on = stop_at(monkeypatch, Restoration, 3)
    with pytest.raises(StoppedError):
        train(two_stages, progress=False)
    go_on()
    assert_equal_weights(expected, weights(train(replace(two_stages, resume=True), progress=False)))


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
