# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import hashlib
import json
import os
from dataclasses import replace

import numpy as np
import pytest
import torch

from bbcu_fpga.errors import CheckpointError
from brevitas_models.checkpoint import load, resolve, save
from brevitas_models.networks import PRESETS, EDSRConfig, PRNConfig
from tests.brevitas_models.samples import SMALLEST, as_pixels, picture, random_network

CARD = {"data": ["somewhere"], "steps": 3}


@pytest.fixture
def saved(tmp_path):
    return save(random_network(SMALLEST), tmp_path / "network.pt", CARD)


def test_a_network_comes_back_in_every_bit(saved):
    network = random_network(SMALLEST)
    loaded, card = load(saved, SMALLEST)
    assert card == CARD and loaded.config == SMALLEST and not loaded.training
    for name, value in network.state_dict().items():
        np.testing.assert_array_equal(loaded.state_dict()[name], value, err_msg=name)
    pixels = as_pixels(picture(8, 6))
    with torch.no_grad():
        np.testing.assert_array_equal(loaded(pixels), network(pixels))


UNITS = ("bbcu_v1", "irnet", "gam")
BY_UNIT = [replace(PRESETS[f"tiny_{unit}_x2"], body_convs=2) for unit in UNITS]


@pytest.mark.parametrize(
    "config", [EDSRConfig(channels=4, blocks=1), PRNConfig(channels=4, iterations=1, depth=1), *BY_UNIT]
)
def test_every_family_and_unit_comes_back(tmp_path, config):
    network = random_network(config)
    loaded, _ = load(save(network, tmp_path / "network.pt", CARD), config)
    pixels = torch.randint(0, 256, (1, config.colours, 5, 6)).float()
    assert type(loaded) is type(network)
    with torch.no_grad():
        np.testing.assert_array_equal(loaded(pixels), network(pixels))


def test_another_family_is_named(saved):
    with pytest.raises(CheckpointError, match="family is bbcu, expected edsr"):
        load(saved, EDSRConfig(channels=4, blocks=1))


# of the restored picture below, computed when the checkpoints were shipped
SHIPPED_DIGESTS = {
    "tiny": "8d535ab95738b4ebcdb5824828435eeb361e4f0982356c7723fe39b029986fdc",
    "small": "33f6be78739c70518fb8d8116612a2f9759180537bdfc0f8801adeb18df32474",
}


@pytest.mark.parametrize("name", SHIPPED_DIGESTS)
def test_shipped_checkpoints_still_restore_the_same_pixels(name):
    image = np.random.default_rng(7).integers(0, 256, (1, 3, 17, 23)).astype(np.float32)
    rows, columns = np.mgrid[0:17, 0:23]
    image[:, :, :9] = ((rows * 9 + columns * 5) % 256)[:9]
    network, _ = load(name)
    with torch.no_grad():
        restored = network(torch.from_numpy(image)).numpy().astype(np.uint8)
    assert hashlib.sha256(restored.tobytes()).hexdigest() == SHIPPED_DIGESTS[name]


def test_the_stored_alpha_counts(tmp_path):
    network = random_network(SMALLEST)
    network.fine.branch.alpha.mul_(1 + 2**-20)  # as another machine's summation order would
    loaded, _ = load(save(network, tmp_path / "network.pt", CARD))
    np.testing.assert_array_equal(loaded.fine.branch.alpha, network.fine.branch.alpha)


def test_the_card_lies_beside(saved):
    described = json.loads(saved.with_suffix(".json").read_text())
    assert described["network"]["channels"] == SMALLEST.channels and described["steps"] == 3


def test_an_interrupted_save_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr(torch, "save", lambda content, stream: stream.write(b"half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(random_network(SMALLEST, seed=1), saved, CARD)
    assert saved.read_bytes() == before
    assert sorted(path.name for path in saved.parent.iterdir()) == ["network.json", "network.pt"]


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.95])
def test_a_truncated_file_is_refused(saved, kept):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(kept * len(content) if kept < 1 else kept)])
    with pytest.raises(CheckpointError, match=r"network\.pt: damaged"):
        load(saved)


class Malicious:
    def __reduce__(self):
        return os.system, ("touch executed",)


def test_code_in_a_file_is_not_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"format": Malicious()}, "bad.pt")
    with pytest.raises(CheckpointError, match=r"bad\.pt: damaged"):
        load("bad.pt")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("content", [{"state_dict": {}}, [1, 2], torch.zeros(3)])
def test_a_foreign_file_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(CheckpointError, match="not a checkpoint of this project"):
        load(tmp_path / "other.pt")


def tampered(path, **changes):
    content = torch.load(path, weights_only=True)
    torch.save({**content, **changes}, path)
    return path


def test_another_version_is_refused(saved):
    with pytest.raises(CheckpointError, match="format version 99"):
        load(tampered(saved, version=99))


@pytest.mark.parametrize("config", [{"channels": 4}, {"channels": 5, "body_convs": 1}, {"depth": 4}])
def test_an_unknown_architecture_is_refused(saved, config):
    with pytest.raises(CheckpointError, match="incomplete or unknown"):
        load(tampered(saved, config=config))


def test_another_architecture_is_named(saved):
    with pytest.raises(CheckpointError, match="body_convs is 1, expected 2") as caught:
        load(saved, replace(SMALLEST, body_convs=2))
    assert "channels" not in str(caught.value)


def test_weights_of_another_shape_are_named(saved):
    weights = dict(torch.load(saved, weights_only=True)["weights"])
    weights["tail_bias"] = torch.zeros(1, 4, 1, 1)
    with pytest.raises(CheckpointError, match="tail_bias"):
        load(tampered(saved, weights=weights))


def test_a_missing_file_lists_what_is_shipped(tmp_path):
    with pytest.raises(CheckpointError, match=r"absent: no such checkpoint.*small, .*tiny"):
        resolve(tmp_path / "absent")


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_shipped_checkpoints_are_the_presets(name):
    network, card = load(name, PRESETS[name])
    described = json.loads(resolve(name).with_suffix(".json").read_text())
    assert described == {"network": described["network"], **card}
    assert network.config == PRESETS[name]
