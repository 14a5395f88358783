# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb evaluate: tables, pictures, JSON and refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from bbcu_fpga.cli import app
from brevitas_models.checkpoint import load
from brevitas_models.evaluate import as_markdown, as_values
from brevitas_models.evaluate import evaluate as measure
from brevitas_models.tasks import find_task


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pictures"
    place.mkdir()
    for index in range(2):
        pixels = np.random.default_rng(index).integers(0, 256, (20, 24, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((48, 40)).save(place / f"{index}.png")
    return place


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *(str(argument) for argument in arguments)])


def test_a_checkpoint_is_measured_and_shown(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    result = run("tiny", "--set", folder, "--task", "super_resolution_x2", "--output", output)
    assert result.exit_code == 0, result.output
    task = find_task("super_resolution_x2")
    scores = measure(load("tiny")[0], folder, task)
    assert result.stdout == as_markdown(scores, task) == (output / "scores.md").read_text()
    with (output / "scores.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["psnr"]) for row in rows] == [score.psnr for score in scores]
    assert json.loads((output / "scores.json").read_text())["mean"] == as_values(scores[-1])
    assert sorted(path.name for path in (output / "pictures").iterdir()) == ["0.png.png", "1.png.png"]
    with Image.open(output / "pictures" / "0.png.png") as picture:
        assert picture.size[0] > 4 * 48


def test_json_and_the_baseline_alone(folder: Path) -> None:
    result = run("--baseline-only", "--set", folder, "--task", "denoising_25", "--json", "--seed", 5)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    scores = measure(None, folder, find_task("denoising_25"), seed=5)
    assert found["images"] == [as_values(score) for score in scores[:-1]]
    assert found["mean"] == as_values(scores[-1]) and "psnr" not in found["mean"]
    assert (found["task"], found["baseline"], found["seed"]) == ("denoising_25", "input", 5)
    assert "checkpoint" not in found
    other = run("--baseline-only", "--set", folder, "--task", "denoising_25", "--json", "--seed", 6)
    assert json.loads(other.stdout)["mean"] != found["mean"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("tiny", "--task", "jpeg_10"),
        ("tiny", "--set", "x"),
        ("--set", "x", "--task", "jpeg_10"),
        ("tiny", "--baseline-only", "--set", "x", "--task", "jpeg_10"),
        ("tiny", "--set", "x", "--task", "jpeg_10", "--on-corrupt", "guess"),
    ],
)
def test_wrong_use_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_refusals_are_one_line(folder: Path, tmp_path: Path) -> None:
    for arguments, part in (
        (("--baseline-only", "--set", folder, "--task", "denoise"), "task 'denoise' is unknown"),
        (("--baseline-only", "--set", tmp_path / "no", "--task", "jpeg_10"), "no: no such folder"),
        (("tiny", "--set", folder, "--task", "super_resolution_x3"), "super_resolution_x3 needs"),
        (("--baseline-only", "--set", folder, "--task", "low_light"), "needs pairs"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        last = result.stderr.splitlines()[-1]
        assert last.startswith("error: ") and part in last


def test_a_device_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    result = run("tiny", "--set", folder, "--task", "super_resolution_x2", "--device", "cuda")
    assert result.exit_code == 1 and "no CUDA device" in result.stderr


def test_a_corrupt_picture_is_refused_or_skipped_by_name(folder: Path) -> None:
    (folder / "0.png").write_bytes(b"no picture")
    arguments = ("--baseline-only", "--set", folder, "--task", "super_resolution_x2", "--json")
    refused = run(*arguments)
    assert refused.exit_code == 1 and "0.png" in refused.stderr
    skipped = run(*arguments, "--on-corrupt", "skip")
    assert skipped.exit_code == 0, skipped.output
    assert [image["name"] for image in json.loads(skipped.stdout)["images"]] == ["1.png"]
    assert "skipped: " in skipped.stderr and "0.png" in skipped.stderr
