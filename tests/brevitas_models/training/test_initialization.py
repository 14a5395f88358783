# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import replace

import pytest
import torch

from bbcu_fpga.errors import CheckpointError, TrainingError
from brevitas_models.checkpoint import load, save
from brevitas_models.layers import trace
from brevitas_models.networks import DnCNNConfig, GAMSRResNetConfig, build, twin
from brevitas_models.training import initialize, train
from tests.brevitas_models.samples import SMALLEST, random_network
from tests.brevitas_models.training.runs import assert_equal_weights, weights

NETWORKS = [
    replace(SMALLEST, body_convs=2),
    DnCNNConfig(channels=4, convs=4),
    GAMSRResNetConfig(channels=4, blocks=1),
]


@pytest.mark.parametrize("config", NETWORKS, ids=lambda config: type(config).__name__)
def test_a_binary_network_starts_from_the_convolutions_of_its_twin(config):
    network, source = build(config), random_network(twin(config))
    initialize(network, source)
    pairs = list(zip(trace(source, 9, 9), trace(network, 9, 9), strict=True))
    assert len(pairs) > 3 and any(layer.binary for _, layer in pairs)
    for given, taken in pairs:
        assert torch.equal(given.module.weight, taken.module.weight), taken.name


def test_the_same_network_gives_all_it_has():
    network, source = build(SMALLEST), random_network(SMALLEST, seed=3)
    initialize(network, source)
    assert_equal_weights(source.state_dict(), network.state_dict())


def test_another_size_is_refused():
    with pytest.raises(TrainingError, match="do not fit the network's .* full-precision twin"):
        initialize(build(SMALLEST), build(replace(SMALLEST, channels=8)))


def test_a_run_starts_from_a_checkpoint(config, tmp_path):
    source = random_network(SMALLEST, seed=5)
    path = save(source, tmp_path / "before" / "net.pt", {})
    run = replace(config, init_from=path, steps=1, learning_rate=0.0)
    result = train(run, progress=False)
    assert_equal_weights(weights(path), weights(result))
    assert load(result)[1]["init_from"] == "before/net.pt"


def test_a_missing_checkpoint_is_named(config):
    with pytest.raises(CheckpointError, match="nothing.pt: no such checkpoint"):
        train(replace(config, init_from="nothing.pt"), progress=False)
