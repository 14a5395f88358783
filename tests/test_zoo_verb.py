# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `zoo`: lists, cards, and measuring by the task of the card."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import skimage.data
from PIL import Image
from typer.testing import CliRunner, Result

from bbcu_fpga.cli import app
from brevitas_models import zoo
from brevitas_models.checkpoint import Card


def run(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, ["zoo", *(str(argument) for argument in arguments)])


@pytest.mark.parametrize("verb", ["list", "show", "evaluate"])
def test_help_has_an_example(verb: str) -> None:
    assert f"Example: bbcu-fpga zoo {verb}" in run(verb, "--help").stdout


def test_list_as_json_has_a_row_per_network() -> None:
    rows = {row["name"]: row for row in json.loads(run("list", "--json").stdout)}
    assert rows["tiny"] == {
        "name": "tiny",
        "method": "BBCU",
        "unit": "bbcu_v4",
        "backbone": "SRResNet",
        "task": "super_resolution_x2",
        "psnr_db": pytest.approx(36.371, abs=1e-3),
        "baseline_db": pytest.approx(33.673, abs=1e-3),
        "full_precision_db": pytest.approx(36.882, abs=1e-3),
        "compiles": True,
    }
    assert rows["small"]["psnr_db"] == pytest.approx(37.027, abs=1e-3)
    assert rows["small"]["full_precision_db"] == pytest.approx(37.442, abs=1e-3)


def test_list_as_a_table_marks_what_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zoo.read_card

    def read_card(name: str, *folder: Path) -> Card:
        card = whole(name, *folder)
        return card if name == "tiny" else {**card, "full_precision": {}}

    monkeypatch.setattr(zoo, "read_card", read_card)
    lines = run("list").stdout.splitlines()
    for name, expected in (("tiny", ["36.37", "33.67", "36.88"]), ("small", ["37.03", "33.67", "-"])):
        (line,) = [line for line in lines if f" {name} " in line]
        cells = [cell.strip() for cell in line.strip("│ ").split("│")]
        assert cells[-4:] == [*expected, "yes"]


def test_show_prints_the_card_and_how_to_make_it_again() -> None:
    shown = run("show", "tiny").stdout
    card, end = json.JSONDecoder().raw_decode(shown)
    assert card["task"] == "super_resolution_x2" and card["network"]["channels"] == 16
    assert shown[end:].split("\n")[1:4] == [
        f"train: {card['command']}",
        "measure: bbcu-fpga zoo evaluate tiny --set Set5",
        "compile: bbcu-fpga build build_configs/pynq_z2_tiny.yaml",
    ]


def test_evaluate_takes_the_task_of_the_card(tmp_path: Path) -> None:
    Image.fromarray(skimage.data.astronaut()[:64, :80]).save(tmp_path / "face.png")
    result = run("evaluate", "tiny", "--set", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    same = ("evaluate", "tiny", "--set", tmp_path, "--json", "--task", "super_resolution_x2")
    by_hand = CliRunner().invoke(app, [str(argument) for argument in same])
    assert json.loads(result.stdout) == json.loads(by_hand.stdout)
    assert json.loads(result.stdout)["mean"]["psnr"] > 30


@pytest.mark.parametrize("verb", [("show",), ("evaluate", "--set", ".")])
def test_an_unknown_network_is_one_line(verb: tuple[str, ...]) -> None:
    result = run(verb[0], "huge", *verb[1:])
    assert result.exit_code == 1 and "'huge' is not in the zoo; choose from" in result.stderr
