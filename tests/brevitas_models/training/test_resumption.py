# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A run folder that somebody else has filled: nothing in it runs, and no file outside it is touched."""

import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bbcu_fpga.errors import CheckpointError
from brevitas_models.checkpoint import load
from brevitas_models.training import train


class Malicious:
    """Touches a file when it is unpickled."""

    def __init__(self, flag):
        self.flag = str(flag)

    def __reduce__(self):
        return Path.touch, (Path(self.flag),)


@pytest.fixture
def stopped(config):
    """A finished run of two epochs that can go on for a third one, and what its last.ckpt holds."""
    train(replace(config, steps=4), progress=False)
    run = replace(config, resume=True)
    return run, torch.load(run.output / "last.ckpt", weights_only=True)


def as_plain_pickle(content, path, evil):
    path.write_bytes(pickle.dumps(evil))


def as_archive(content, path, evil):
    torch.save(evil, path)


def as_a_value(content, path, evil):
    torch.save({**content, "trained_seconds": evil}, path)


def as_a_callback(content, path, evil):
    torch.save({**content, "callbacks": {"ModelCheckpoint": evil}}, path)


def as_a_tensors_neighbour(content, path, evil):
    torch.save({**content, "state_dict": {**content["state_dict"], "evil": evil}}, path)


WAYS = (as_plain_pickle, as_archive, as_a_value, as_a_callback, as_a_tensors_neighbour)


@pytest.mark.parametrize("way", WAYS)
def test_a_malicious_checkpoint_is_refused_and_runs_nothing(stopped, tmp_path, way):
    (run, content), flag = stopped, tmp_path / "flag"
    way(content, run.output / "last.ckpt", Malicious(flag))
    before = (run.output / "last.ckpt").read_bytes()
    with pytest.raises(CheckpointError, match=r"last\.ckpt: damaged or no checkpoint .*without --resume"):
        train(run, progress=False)
    assert not flag.exists() and (run.output / "last.ckpt").read_bytes() == before


def test_the_malice_of_these_tests_works(tmp_path):
    flag = tmp_path / "flag"
    torch.save(Malicious(flag), tmp_path / "file")
    torch.load(tmp_path / "file", weights_only=False)
    assert flag.exists()


def test_other_malicious_files_of_the_folder_run_nothing(stopped, tmp_path):
    (run, _), flag = stopped, tmp_path / "flag"
    evil = pickle.dumps(Malicious(flag))
    folder = run.output / "logs" / "version_0"
    (folder / "hparams.yaml").write_text(f"x: !!python/object/apply:os.system ['touch {flag}']\n")
    for path in (run.output / "network.pt", run.output / "network.json", run.output / "curves.png"):
        path.write_bytes(evil)
    (run.output / "last-v1.ckpt").write_bytes(evil)
    assert load(train(run, progress=False))[1]["steps"] == 6
    assert not flag.exists()


@pytest.mark.parametrize("place", ["best_model_path", "kth_best_model_path", "last_model_path"])
def test_a_checkpoint_cannot_have_files_deleted(stopped, tmp_path, place):
    (run, content), victim = stopped, tmp_path / "victim"
    victim.write_text("precious")
    (key, state), *_ = content["callbacks"].items()
    state[place] = str(run.output / ".." / victim.name)
    torch.save({**content, "callbacks": {key: state}}, run.output / "last.ckpt")
    assert load(train(run, progress=False))[1]["steps"] == 6
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: [content], "it is no dictionary"),
        (lambda content: {}, "state_dict"),
        (lambda content: {**content, "trained_seconds": "1"}, "trained_seconds"),
        (lambda content: {**content, "stage": "4"}, "stage"),
        (lambda content: {**content, "epoch_ends": [{}]}, "weights do not fit the network"),
        (lambda content: {**content, "state_dict": {"network.tail.weight": torch.zeros(1)}}, "do not fit"),
    ],
)
def test_what_is_of_no_run_is_refused(stopped, change, message):
    run, content = stopped
    torch.save(change(content), run.output / "last.ckpt")
    with pytest.raises(CheckpointError, match=rf"last\.ckpt: .*{message}"):
        train(run, progress=False)


def test_a_truncated_checkpoint_is_named(stopped):
    run, _ = stopped
    path = run.output / "last.ckpt"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"last\.ckpt: damaged or no checkpoint"):
        train(run, progress=False)
