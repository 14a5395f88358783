# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The study: its list of runs, two runs end to end, resuming, tables, and what goes into the zoo."""

from __future__ import annotations

import fcntl
import json
import shlex
import shutil
from collections import Counter
from pathlib import Path

import pytest
import skimage.data
import torch
from PIL import Image

from bbcu_fpga.errors import DataError, LeakError, TrainingError
from benchmarks.study import plan as study
from benchmarks.study.plan import GROUPS, Run, command, plan, settings, training
from benchmarks.study.runner import carry_out, read_result
from benchmarks.study.ship import ship
from benchmarks.study.tables import as_markdown
from brevitas_models import checkpoint, zoo
from brevitas_models.networks import PRESETS, config_to

RUNS = {run.name: run for run in plan()}
BINARY, FULL = RUNS["tiny_bbcu_v4_x2_seed0"], RUNS["tiny_srresnet_x2_seed0"]
STEPS = 3


@pytest.fixture(scope="module", autouse=True)
def threads():
    """The study sets one thread; leave the process as it was."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def sets(tmp_path_factory) -> Path:
    """The layout of the image sets, each with a piece of a photograph."""
    root = tmp_path_factory.mktemp("sets")
    photograph = skimage.data.astronaut()
    for index, place in enumerate(("BSDS500/test/train", "T91/t", "Set5/HR/face", "BSDS500/val/rocket")):
        path = root / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photograph[80 * index : 80 * index + 72, 100:172]).save(path)
    return root


@pytest.fixture(scope="module")
def done(sets, tmp_path_factory) -> Path:
    """A study of two runs of three steps."""
    output = tmp_path_factory.mktemp("study")
    carry_out([BINARY, FULL], sets, output, STEPS, lambda line: None)
    return output


@pytest.fixture
def output(done, tmp_path) -> Path:
    """A copy that a test may change."""
    return shutil.copytree(done, tmp_path / "study")


def change(output: Path, run: Run, **scores: float) -> None:
    path = output / run.name / "result.json"
    result = json.loads(path.read_text())
    result["scores"]["Set5"] |= scores
    path.write_text(json.dumps(result))


def test_the_list_of_runs_has_each_once_and_all_that_is_compared():
    runs = plan()
    assert max(Counter(run.name for run in runs).values()) == 1
    different = {json.dumps(settings(run, 1), sort_keys=True) for run in runs}
    assert len(different) == len(runs)  # nothing is trained twice
    for scale in (2, 4):
        for method in ("srresnet", "bnn", "bireal", "reactnet", "e2fif", "gam", "bbcu_m"):
            assert f"tiny_{method}_x{scale}_seed0" in RUNS
        for version in (1, 2, 3, 4):
            seeds = range(3) if scale == 2 else (0,)
            assert {f"tiny_bbcu_v{version}_x{scale}_seed{seed}" for seed in seeds} <= set(RUNS)
    assert {f"tiny_trunk_{bits}_seed0" for bits in (8, 10, 12, 16, "float")} <= set(RUNS)
    assert {run.group for run in runs} == set(GROUPS)
    assert [run.seed for run in runs] == sorted(run.seed for run in runs)


def test_every_tiny_preset_is_in_the_study():
    assert {name for name in PRESETS if name.startswith("tiny_")} <= {run.network for run in plan()}


def test_every_binary_run_is_compared_with_a_full_precision_run_of_its_table():
    for run in plan():
        if run.reference is None:
            assert run.config.full_precision or run.network == "tiny_trunk_float"
            continue
        reference = RUNS[f"{run.reference}_seed0"]
        assert reference.group == run.group and not run.config.full_precision


@pytest.mark.parametrize("run", [run for run in plan() if run.seed == 0], ids=lambda run: run.name)
def test_every_run_fits_its_task_and_has_the_equal_budget(run, tmp_path):
    config = training(run, tmp_path, tmp_path / "run", 3000)
    _, task = config.fitted()
    assert task.name == GROUPS[run.group].task
    assert (config.steps, config.batch, config.learning_rate, config.threads) == (3000, 8, 1e-3, 1)
    assert config.patch == (32 if task.scale > 1 else 48)
    assert bool(config.stages) == (run.config.unit == "gam")
    assert config.recipe.loss == ("l2" if run.group == "deraining" else "l1")
    assert len(config.test) == len(GROUPS[run.group].sets)  # so that leaks are looked for


def test_every_run_is_trained_from_its_own_seed(tmp_path):
    assert [training(run, tmp_path, tmp_path, 1).seed for run in plan()] == [run.seed for run in plan()]


def test_the_command_of_a_card_makes_the_same_run(monkeypatch, tmp_path):
    from typer.testing import CliRunner

    from bbcu_fpga.cli import app
    from brevitas_models import training as trainer

    made: list[trainer.TrainConfig] = []
    monkeypatch.setattr(trainer, "train", lambda config: made.append(config))
    for run in plan():
        if run.seed or run.network not in PRESETS:
            continue
        outcome = CliRunner().invoke(app, shlex.split(command(run, 1000))[1:])
        assert outcome.exit_code == 0, outcome.output
        wanted, found = training(run, Path(), Path(), 1000), made[-1]
        assert found.fitted() == wanted.fitted() and found.recipe.steps == 1000
        for field in ("batch", "patch", "learning_rate", "stages", "seed", "epoch_steps", "data", "test"):
            assert getattr(found, field) == getattr(wanted, field), (run.name, field)


def test_a_run_leaves_its_scores_and_a_network_that_reaches_them(done, sets):
    from brevitas_models.evaluate import evaluate
    from brevitas_models.tasks import find_task

    result = read_result(BINARY, done, STEPS)
    network, card = checkpoint.load(done / BINARY.name / "network.pt", BINARY.config)
    assert result["card"] == card and card["steps"] == STEPS and card["images"] == 2
    assert set(result["scores"]) == {"Set5", "BSDS500/val"}
    found = evaluate(network, sets / "Set5", find_task("super_resolution_x2"))[-1]
    assert found.psnr == pytest.approx(result["scores"]["Set5"]["psnr"], abs=1e-9)


def test_what_is_done_is_not_done_again_and_what_is_not_is(output, sets):
    lines: list[str] = []
    stamp = (output / BINARY.name / "network.pt").stat().st_mtime_ns
    (output / FULL.name / "result.json").unlink()
    carry_out([BINARY, FULL], sets, output, STEPS, lines.append)
    assert (output / BINARY.name / "network.pt").stat().st_mtime_ns == stamp
    assert lines[0] == f"1/2 {BINARY.name}: was done"
    assert lines[1].startswith(f"2/2 {FULL.name}: Set5 ")
    assert read_result(FULL, output, STEPS) is not None


def test_a_run_that_another_process_is_at_is_left_to_it(tmp_path, sets):
    lines: list[str] = []
    (tmp_path / BINARY.name).mkdir()
    with (tmp_path / BINARY.name / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        carry_out([BINARY], sets, tmp_path, STEPS, lines.append)
    assert lines == [f"1/1 {BINARY.name}: another process is at it"]
    assert not (tmp_path / BINARY.name / "settings.json").exists()


def test_another_budget_in_the_same_folder_is_refused(output, sets):
    with pytest.raises(TrainingError, match=r"result\.json: is of steps 3 instead of 4"):
        carry_out([BINARY], sets, output, 4, lambda line: None)
    (output / BINARY.name / "result.json").unlink()  # a run that was stopped on the way
    with pytest.raises(TrainingError, match=r"settings\.json: is of steps 3 instead of 4"):
        carry_out([BINARY], sets, output, 4, lambda line: None)


def test_a_damaged_result_is_named(output):
    path = output / BINARY.name / "result.json"
    path.write_text("{")
    with pytest.raises(DataError, match=r"result\.json: is damaged"):
        as_markdown(plan(), output)
    path.write_text("{}")
    with pytest.raises(DataError, match=r"result\.json: lacks 'settings'"):
        as_markdown(plan(), output)


def test_a_leak_stops_the_study(sets, tmp_path):
    leaky = shutil.copytree(sets, tmp_path / "sets")
    shutil.copy(leaky / "BSDS500/val/rocket.png", leaky / "T91/another.png")
    with pytest.raises(LeakError, match="another.png"):
        carry_out([BINARY], leaky, tmp_path, STEPS, lambda line: None)


def fake(output: Path, run: Run, psnr: float, steps: int = 3000) -> None:
    """Write the result of a run that was not done."""
    sets = GROUPS[run.group].sets
    score = {"name": "mean", "psnr": psnr, "ssim": 0.95, "baseline_psnr": 33.67, "baseline_ssim": 0.93}
    result = {
        "name": run.name,
        "settings": settings(run, steps),
        "card": {"seconds": 360, "images": 291},
        "scores": dict.fromkeys(sets, score),
    }
    (output / run.name).mkdir(parents=True)
    (output / run.name / "result.json").write_text(json.dumps(result))


def test_tables_have_the_mean_the_spread_and_the_gap_and_name_what_is_missing(tmp_path):
    fake(tmp_path, FULL, 37.0)
    for seed, psnr in enumerate((36.0, 36.1, 36.5)):
        fake(tmp_path, RUNS[f"tiny_bbcu_v4_x2_seed{seed}"], psnr)
    text = as_markdown(plan(), tmp_path)
    assert text.startswith("3000 steps of 8 patches, Adam from 0.001 down half a cosine, one CPU thread")
    assert f"4 of {len(RUNS)} runs are done, 0.4 hours" in text
    same = "33.67 | 0.9300 | 33.67 | 0.9300"
    assert f"| bicubic | {same} | - | - |" in text
    assert "| `tiny_srresnet_x2` | 37.00 | 0.9500 | 37.00 | 0.9500 | - | - |" in text
    cell = "36.20 ± 0.26 (3) | 0.9500 ± 0.0000 (3)"
    assert f"| `tiny_bbcu_v4_x2` | {cell} | {cell} | -0.80 | -0.42 |" in text
    missing = [line for line in text.splitlines() if line.startswith("Missing: ")]
    named = {name for line in missing for name in line[len("Missing: ") : -1].split(", ")}
    assert len(missing) == len(GROUPS) and len(named) == len(RUNS) - 4
    assert "tiny_bbcu_v1_x2_seed2" in named and "tiny_bbcu_v4_x2_seed2" not in named


def test_the_narrowest_trunk_is_told_when_all_are_measured(tmp_path):
    gaps = {"float": 0.0, "8": -0.06, "10": -0.049, "12": -0.2, "16": 0.0}
    runs = [run for run in plan() if run.group == "trunk"]
    for run in runs[1:]:
        fake(tmp_path, run, 36 + 0.1 * run.seed + gaps[run.network.rpartition("_")[2]])
    assert "not known before all" in as_markdown(plan(), tmp_path)
    fake(tmp_path, runs[0], 36.0)
    assert "The narrowest trunk within 0.05 dB of the float one: 10 bits." in as_markdown(plan(), tmp_path)


def test_the_trunks_have_their_width_and_a_step_of_a_pixel_at_most():
    for bits in study.TRUNK_BITS:
        config = study.trunk(bits)
        assert config.trunk_bits == bits and config.step <= config.alignment
    assert study.trunk(11) == PRESETS["tiny_bbcu_m_x2"]


def test_runs_of_two_budgets_are_not_put_into_one_table(tmp_path):
    fake(tmp_path, FULL, 37.0, steps=3000)
    fake(tmp_path, BINARY, 36.0, steps=2000)
    with pytest.raises(TrainingError, match=r"runs of \[2000, 3000\] steps"):
        as_markdown(plan(), tmp_path)


def test_no_result_is_no_table(tmp_path):
    assert as_markdown(plan(), tmp_path) == f"No run is done; {len(RUNS)} are missing.\n"


def test_what_is_shipped_has_a_complete_card(output, tmp_path):
    change(output, BINARY, psnr=40.0, baseline_psnr=33.0)
    change(output, FULL, psnr=41.0, baseline_psnr=33.0)
    target = tmp_path / "zoo"
    assert ship([BINARY, FULL], output, lambda line: None, target) == [
        target / "tiny_bbcu_v4_x2.pt",
        target / "tiny_srresnet_x2.pt",
    ]
    row, card = zoo.row("tiny_bbcu_v4_x2", target), zoo.read_card("tiny_bbcu_v4_x2", target)
    assert (row.psnr_db, row.full_precision_db, row.compiles) == (40.0, 41.0, True)
    full = zoo.read_card("tiny_srresnet_x2", target)
    assert not full["compiles"] and "float" in full["refused"]
    assert card["command"] == command(BINARY, STEPS) and card["data"] == ["BSDS500/test", "T91"]
    network, inside = checkpoint.load(target / "tiny_bbcu_v4_x2.pt", BINARY.config)
    assert card == {"network": config_to(network.config), **inside}
    trained = checkpoint.load(output / BINARY.name / "network.pt")[0].state_dict()
    assert all(torch.equal(value, trained[name]) for name, value in network.state_dict().items())


def test_what_is_not_fit_for_the_zoo_is_left_out_with_the_reason(output, tmp_path):
    lines: list[str] = []
    change(output, BINARY, psnr=30.0, baseline_psnr=33.0)
    unfit = [BINARY, RUNS["tiny_trunk_8_seed0"], RUNS["tiny_bnn_x2_seed0"]]
    fake(output, RUNS["tiny_trunk_8_seed0"], 36.0)
    fake(output, RUNS["tiny_bbcu_v4_x2_seed1"], 36.0)
    assert ship([*unfit, RUNS["tiny_bbcu_v4_x2_seed1"]], output, lines.append, tmp_path / "zoo") == []
    assert [line.partition("not shipped, ")[2] for line in lines] == [
        "it has 30.00 dB, and the baseline 33.00 dB",
        "no preset makes it again",
        "it is not done",
        "the first seed is the one to ship",
    ]


def test_the_command_line_lists_the_runs_and_refuses_a_pattern_that_fits_none(tmp_path):
    from typer.testing import CliRunner

    from benchmarks.study.__main__ import app

    listed = CliRunner().invoke(app, ["sets", str(tmp_path), "--list", "--only", "tiny_bbcu_v?_x2_seed0"])
    assert listed.exit_code == 0 and len(listed.stdout.splitlines()) == 4
    assert CliRunner().invoke(app, ["sets", str(tmp_path), "--only", "nothing"]).exit_code == 2
    assert CliRunner().invoke(app, ["sets", str(tmp_path), "--tables"]).exit_code == 0
    assert "are missing" in (tmp_path / "tables.md").read_text()
