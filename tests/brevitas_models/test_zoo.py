# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bbcu_fpga.builder.compile_check import refusal
from bbcu_fpga.builder.config import load_config
from bbcu_fpga.errors import CheckpointError
from bbcu_fpga.resources import build_configs_dir
from brevitas_models import zoo
from brevitas_models.checkpoint import SHIPPED, load
from brevitas_models.evaluate import evaluate
from brevitas_models.networks import FAMILIES, PRESETS, config_from, config_to, twin
from brevitas_models.tasks import find_task
from brevitas_models.training import TrainConfig
from tests.brevitas_models.sets import DATA, needs_sets

TOTAL = 20_000_000  # bytes of all checkpoints together


@pytest.fixture
def folder(tmp_path):
    """A zoo of one network."""
    for suffix in (".pt", ".json"):
        shutil.copy(SHIPPED / f"tiny{suffix}", tmp_path)
    return tmp_path


def change(folder, **changes):
    path = folder / "tiny.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("name", zoo.names())
def test_every_card_is_complete_and_its_checkpoint_small(name):
    card, (network, inside) = zoo.read_card(name), load(name)
    assert card == {"network": config_to(network.config), **inside}
    assert (SHIPPED / f"{name}.pt").stat().st_size < zoo.LARGEST
    task = find_task(card["task"])
    assert (task.scale, task.channels) == (network.config.scale, network.config.colours)
    assert card["validation"]["psnr"] > card["validation"]["baseline_psnr"]


def test_the_zoo_is_not_empty_and_not_large():
    sizes = [(SHIPPED / f"{name}.pt").stat().st_size for name in zoo.names()]
    assert {"tiny", "small"} <= set(zoo.names()) and sum(sizes) < TOTAL


def planned(command, monkeypatch):
    """Return the run that a command of a card would start."""
    from typer.testing import CliRunner

    from bbcu_fpga.cli import app
    from brevitas_models import training

    runs: list[TrainConfig] = []
    monkeypatch.setattr(training, "train", lambda config: runs.append(config))
    program, *arguments = shlex.split(command)
    assert program == "bbcu-fpga" and CliRunner().invoke(app, arguments).exit_code == 0
    return runs[0]


def check_settings(run, card):
    """Assert that a run has the settings of a card, whatever its network."""
    for key in ("batch", "patch", "learning_rate", "loss", "average", "seed", "accelerated"):
        assert getattr(run, key) == card[key], key
    assert ["/".join(path.parts) for path in run.data] == card["data"]
    assert run.fitted()[1].name == card["task"]


@pytest.mark.parametrize("name", zoo.names())
def test_every_card_s_command_is_one_that_there_is(name, monkeypatch):
    card = zoo.read_card(name)
    run = planned(card["command"], monkeypatch)
    assert config_to(run.network) == card["network"]
    check_settings(run, card)


@pytest.mark.parametrize("name", ["tiny", "small"])
def test_the_twin_is_trained_alike(name, monkeypatch):
    card = zoo.read_card(name)
    full = card["full_precision"]
    run = planned(full["command"], monkeypatch)
    check_settings(run, card)
    assert full["steps"] == card["steps"] >= run.steps  # the note has what came before the command's
    own = twin(config_from(card["network"]))
    # which parts are binary, and the step of a trunk, say nothing where there is none of either
    assert run.network == replace(
        own, binary_parts=run.network.binary_parts, trunk_step=run.network.trunk_step
    )
    assert card["validation"]["psnr"] < full["psnr"] == zoo.row(name).full_precision_db


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_compile_status_is_what_the_card_says(name):
    card, reason = zoo.read_card(name), refusal(name)
    assert (reason is None, reason) == (card["compiles"], card.get("refused"))


@pytest.mark.parametrize("name", zoo.names())
def test_compile_command_has_a_build_configuration(name):
    card = zoo.read_card(name)
    if not card["compiles"]:
        assert card["refused"] and "compile" not in zoo.commands(name, card)
        return
    arguments = shlex.split(zoo.commands(name, card)["compile"])
    model = load_config(build_configs_dir().parent / arguments[2]).model
    assert model == name or arguments[3:] == ["--model", name, "--output", f"build/{name}"]


@needs_sets
@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_every_network_reaches_what_its_card_says(name):
    card = zoo.read_card(name)
    network, said = load(name)[0], card["validation"]
    found = evaluate(network, DATA / said["folder"], find_task(card["task"]))[-1]
    assert (found.psnr, found.baseline_psnr) == pytest.approx((said["psnr"], said["baseline_psnr"]), abs=1e-6)


def test_the_page_has_the_figures_of_every_network():
    page = (Path(__file__).parents[2] / "docs" / "zoo.md").read_text()
    for name in zoo.names():
        row = zoo.row(name)
        full = "-" if row.full_precision_db is None else f"{row.full_precision_db:.2f}"
        figures = f"{row.psnr_db:.2f} | {row.baseline_db:.2f} | {full} |"
        assert any(f"`{name}`" in line and figures in line for line in page.splitlines()), name


def test_a_row_holds_the_figures_of_the_card():
    card, row = zoo.read_card("tiny"), zoo.row("tiny")
    assert (row.method, row.unit, row.backbone) == ("BBCU", "bbcu_v4", "SRResNet")
    assert (row.psnr_db, row.baseline_db) == (card["validation"]["psnr"], card["validation"]["baseline_psnr"])
    assert row.compiles


def test_every_preset_has_a_method_and_a_backbone():
    assert set(zoo.BACKBONES) == {config for config, _ in FAMILIES.values()}
    assert {config.unit.partition("_")[0] for config in PRESETS.values()} <= set(zoo.METHODS)


def test_json_leaves_out_what_was_not_measured(folder):
    change(folder, full_precision={})
    assert "full_precision_db" not in json.loads(zoo.as_json(zoo.rows(folder)))[0]
    change(folder, full_precision={"psnr": 37.5}, compiles=False)
    (row,) = json.loads(zoo.as_json(zoo.rows(folder)))
    assert row["full_precision_db"] == 37.5 and row["compiles"] is False
    assert "compile" not in zoo.commands("tiny", zoo.read_card("tiny", folder))


@pytest.mark.parametrize("key", [*zoo.NEEDED, "validation"])
def test_an_incomplete_card_is_refused_by_what_it_lacks(folder, key):
    path = folder / "tiny.json"
    card = json.loads(path.read_text())
    del card[key]
    path.write_text(json.dumps(card))
    with pytest.raises(CheckpointError, match=rf"tiny\.json: the card lacks {key}"):
        zoo.row("tiny", folder)


def test_a_damaged_card_is_named(folder):
    (folder / "tiny.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"tiny\.json: the card cannot be read"):
        zoo.rows(folder)


def test_an_unknown_name_is_refused_with_those_there_are(folder):
    with pytest.raises(CheckpointError, match="'huge' is not in the zoo; choose from tiny"):
        zoo.row("huge", folder)
