# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The command line: help, results on stdout, one-line errors on stderr, exit statuses."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bbcu_fpga import __version__, console
from bbcu_fpga.cli import app
from bbcu_fpga.errors import ModelError
from bbcu_fpga.resources import build_configs_dir

VERBS = ("train", "evaluate", "export", "build", "simulate", "report", "demo")
TINY = build_configs_dir() / "pynq_z2_tiny.yaml"


def run(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result, *parts: str) -> None:
    """Check that a command ended with status 1 and one line on stderr that holds all `parts`."""
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: "), result.stderr
    for part in parts:
        assert part in lines[0]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert f"Example: bbcu-fpga {verb}" in result.stdout
    assert "--debug" in result.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from bbcu_fpga.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print([name for name in ('torch', 'finn', 'onnx', 'matplotlib', 'cocotb') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version() -> None:
    assert run("--version").stdout.strip() == __version__


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-verb",),
        ("build",),
        ("simulate", "build/x"),
        ("simulate", "build/x", "--engine", "guess"),
        ("simulate", "build/x", "--engine", "python", "--frames", "0"),
        ("simulate", "build/x", "--engine", "python", "--image", "a.png", "--input", "b.png"),
        ("build", TINY, "--target-fps", "0"),
        ("train", "huge", "out"),
        ("export", "tiny", "out.onnx", "--height", "2", "--width", "9"),
    ],
)
def test_wrong_use_ends_with_status_2(arguments: tuple[object, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_train_has_the_defaults_of_its_configuration() -> None:
    from brevitas_models.training import Recipe, TrainConfig

    command = typer.main.get_command(app).commands["train"]  # type: ignore[attr-defined]
    offered = {parameter.name: parameter.default for parameter in command.params}
    fields = {field.name: field for field in dataclasses.fields(TrainConfig)}
    assert set(fields) == set(offered) - {"debug", "help", "recipe", "list_recipes", "list_networks"}
    recipe = {field.name for field in dataclasses.fields(Recipe)}
    for name, field in fields.items():
        if field.default is dataclasses.MISSING:
            continue
        if name in recipe:
            assert offered[name] is None, name  # what is not given comes from the recipe
            continue
        default = offered[name]
        assert (getattr(default, "value", default) or None) == (field.default or None), name


def test_choices_offered_are_those_there_are() -> None:
    from bbcu_fpga.train_options import Loss, Schedule
    from brevitas_models.training import LOSSES
    from brevitas_models.training.config import SCHEDULES

    assert {loss.value for loss in Loss} == set(LOSSES)
    assert {schedule.value for schedule in Schedule} == set(SCHEDULES)


def test_recipes_and_networks_are_listed() -> None:
    from brevitas_models.networks import PRESETS
    from brevitas_models.training import RECIPES

    recipes, networks = run("train", "--list-recipes"), run("train", "--list-networks")
    assert recipes.exit_code == networks.exit_code == 0
    assert all(f" {name} " in recipes.stdout for name in RECIPES)
    assert all(f" {name} " in networks.stdout for name in PRESETS)


def test_what_is_not_given_comes_from_the_recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from brevitas_models import training

    monkeypatch.setattr(training, "train", lambda config: config)
    result = run("train", "tiny", tmp_path, "--recipe", "bbcu_jpeg", "--steps", 7, "--task", "denoising_25")
    assert result.exit_code == 0, result.output
    found = result.stdout.replace("\n", " ")
    for part in ("task='denoising_25'", "steps=7", "patch=64", "milestones=(0.4, 0.6, 0.8)", "stages=()"):
        assert part in found, part


def test_an_unknown_recipe_is_refused(tmp_path: Path) -> None:
    refused(run("train", "tiny", tmp_path, "--recipe", "best"), "'best' is unknown", "bbcu_sr")


def test_train_then_export(tmp_path: Path) -> None:
    small = ("--steps", 2, "--batch", 1, "--patch", 8, "--epoch-steps", 2, "--threads", 1)
    trained = run("train", "tiny", tmp_path / "run", *small)
    assert trained.exit_code == 0, trained.output
    network = tmp_path / "run" / "network.pt"
    assert trained.stdout.splitlines()[-1] == str(network)
    exported = run("export", network, tmp_path / "net.onnx", "--height", 7, "--width", 9)
    assert exported.exit_code == 0, exported.output
    assert exported.stdout.splitlines()[-1] == str(tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").stat().st_size > 10_000


def test_damaged_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "net.pt").write_bytes(b"PK\x03\x04 and no more")
    result = run("export", tmp_path / "net.pt", tmp_path / "net.onnx", "--height", 8, "--width", 8)
    refused(result, "net.pt", "damaged")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.pt"]


def test_missing_checkpoint_names_the_shipped_ones(tmp_path: Path) -> None:
    result = run("export", "tinny", tmp_path / "net.onnx", "--height", 8, "--width", 8)
    refused(result, "tinny", "tiny")


def test_configuration_errors_are_lines_of_their_own(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(TINY.read_text().replace("board:", "bord:"))
    result = run("build", config, "--output", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"error: {config}: missing key 'board'",
        f"{config}: unknown key 'bord' (did you mean 'board'?); known keys: name, model, board, clock_mhz, "
        "frame, folding, fifo_depths, preferred_impl_style",
    ]
    assert not (tmp_path / "out").exists()


def test_unknown_board(tmp_path: Path) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(TINY.read_text().replace("Pynq-Z2", "Pynq-Z9"))
    refused(run("build", config, "--output", tmp_path / "out"), "unknown board 'Pynq-Z9'", "Ultra96")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("verb", [("simulate", "--engine", "python"), ("report",)])
def test_folder_that_is_no_build(tmp_path: Path, verb: tuple[str, ...]) -> None:
    refused(run(verb[0], tmp_path / "absent", *verb[1:]), "absent")
    assert not (tmp_path / "absent").exists()


def test_debug_shows_the_trace(tmp_path: Path) -> None:
    result = run("build", tmp_path / "absent.yaml", "--debug")
    assert result.exit_code == 1
    assert "no such file" in str(result.exception)


def test_a_defect_is_called_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise KeyError("unheard of")

    monkeypatch.setattr("bbcu_fpga.builder.config.load_config", fail)
    refused(run("build", tmp_path / "c.yaml"), "unexpected KeyError", "defect of bbcu-fpga", "--debug")


def test_a_long_story_is_cut_to_its_first_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> None:
        raise ModelError("net.onnx: cannot be used\nbecause of\nthis and that")

    monkeypatch.setattr("bbcu_fpga.builder.config.load_config", fail)
    refused(run("build", "c.yaml"), "net.onnx: cannot be used (--debug shows more)")


def test_a_pipe_gets_plain_text(tmp_path: Path) -> None:
    # colour is asked for, so that plain text is not only what a dumb terminal would get
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "bbcu_fpga", "build", str(tmp_path / "absent.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert done.stderr == f"error: {tmp_path / 'absent.yaml'}: no such file; examples are in build_configs/\n"
    assert done.stdout == ""


def test_command_line_without_its_packages_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; from bbcu_fpga.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "typer" in done.stderr and "pip install 'bbcu-fpga[all]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_progress_in_a_pipe_is_a_line_per_step(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress() as report:
        for done in range(3):
            report("fold [PE]", done, 4)
        report("stitch", 3, 4)
        report("done", 4, 4)
    assert capsys.readouterr().err == "fold [PE] ...\nstitch ...\n"
