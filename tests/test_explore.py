# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""`explore`: every frame rate of a network once, kept point by point, and the front of what fits."""

from __future__ import annotations

import csv
import json
import sys
import time
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.errors import ConfigError, MissingToolError
from bbcu_fpga.explore import Point, explore, points
from bbcu_fpga.explore.points import front
from bbcu_fpga.explore.presets import untrained
from brevitas_models import checkpoint
from brevitas_models.networks import PRESETS
from tests.explore_child import explore_slowly
from tests.transformation.streaming_graphs import residual_network

CONFIG = BuildConfig(
    name="small",
    model="tiny",
    board="Pynq-Z2",
    clock_mhz=100.0,
    frame={"height": 6, "width": 8},
    folding={"target_fps": 1.0},
)


def point(fps: float, luts: int, fits: bool = True) -> Point:
    return Point("net", round(1e8 / fps), fps, luts, 0, 0, 0, fits, {})


def test_the_front_holds_what_nothing_beats() -> None:
    slow, fast, wasteful = point(10, 100), point(20, 200), point(15, 250)
    equal, too_large = point(20, 220), point(90, 150, fits=False)
    assert front([wasteful, fast, too_large, slow, equal]) == [slow, fast]


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "operators.onnx"
    residual_network(height=6, width=8).save(str(path))
    monkeypatch.setattr("bbcu_fpga.explore.run.hardware_graph", lambda config, folder: path)
    monkeypatch.setattr("bbcu_fpga.explore.run.bounds", lambda graph: points.bounds(graph)[:4])
    return path


@pytest.mark.usefixtures("network")
def test_an_interrupted_exploration_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = explore(CONFIG, ["tiny"], tmp_path / "out")
    kept = sorted((tmp_path / "out/points").iterdir())
    assert len(kept) == len(first.points) > 3
    kept[0].unlink()
    found = []
    monkeypatch.setattr(
        "bbcu_fpga.explore.run.evaluate", lambda *task: found.append(task) or points.evaluate(*task)
    )
    assert explore(CONFIG, ["tiny"], tmp_path / "out") == first
    assert len(found) == 1
    explore(CONFIG.model_copy(update={"clock_mhz": 50.0}), ["tiny"], tmp_path / "out")
    assert len(found) == 1 + len(kept), "another clock is another point"


def test_a_killed_exploration_goes_on(network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "out"
    child = get_context("spawn").Process(target=explore_slowly, args=(CONFIG, network, output))
    child.start()
    while child.is_alive() and len(list(output.glob("points/tiny_*.json"))) < 2:
        time.sleep(0.05)
    child.kill()
    child.join()
    kept = {path: path.stat().st_mtime_ns for path in output.glob("points/tiny_*.json")}
    assert len(kept) == 2
    found = []
    monkeypatch.setattr(
        "bbcu_fpga.explore.run.evaluate", lambda *task: found.append(task) or points.evaluate(*task)
    )
    resumed = explore(CONFIG, ["tiny"], output)
    assert len(found) == 2 and len(resumed.points) == 4, "only what is missing"
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert resumed.points == explore(CONFIG, ["tiny"], tmp_path / "whole").points


@pytest.mark.slow
@pytest.mark.usefixtures("network")
def test_processes_and_a_cluster_find_the_same_points(tmp_path: Path) -> None:
    from distributed import LocalCluster

    alone = explore(CONFIG, ["tiny"], tmp_path / "alone")
    assert explore(CONFIG, ["tiny"], tmp_path / "pool", jobs=2).points == alone.points
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        found = explore(CONFIG, ["tiny"], tmp_path / "cluster", scheduler=cluster.scheduler_address)
    assert found.points == alone.points


def test_a_preset_becomes_an_untrained_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "tiny_bbcu_v4_x2"
    path = untrained(name, tmp_path)
    network, card = checkpoint.load(path)
    assert network.config == PRESETS[name] and card["trained"] is False
    written = path.stat().st_mtime_ns
    assert untrained(name, tmp_path).stat().st_mtime_ns == written, "the same network, or no point is kept"
    with pytest.raises(ConfigError, match=r"unknown preset 'tinny'; there are .*tiny_bbcu_v4_x2"):
        untrained("tinny", tmp_path)
    research = next(name for name, config in PRESETS.items() if config.obstacle)
    with pytest.raises(ConfigError, match=rf"{research}.*no hardware: "):
        untrained(research, tmp_path)


def test_networks_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two networks are called tiny"):
        explore(CONFIG, ["tiny", "other/tiny.pt"], tmp_path / "out")


@pytest.mark.usefixtures("network")
def test_table_and_picture_hold_the_points(tmp_path: Path) -> None:
    found = explore(CONFIG, ["tiny"], tmp_path / "out")
    assert found.png.read_bytes()[1:4] == b"PNG"
    with found.csv.open() as file:
        rows = list(csv.DictReader(file))
    content = json.loads(found.json.read_text())
    assert [int(row["LUT"]) for row in rows] == [point.LUT for point in found.points]
    assert content["source"] == "estimate" and content["board"] == "Pynq-Z2"
    assert [row["on_front"] for row in content["points"]] == [point in found.front for point in found.points]
    fastest = max(found.points, key=lambda point: point.fps)
    assert fastest in found.front
    assert fastest.fps == 1e8 / fastest.cycles
    assert replace(fastest, fits=False) not in found.front


@pytest.mark.usefixtures("network")
def test_a_cluster_needs_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingToolError, match=r"bbcu-fpga\[cluster\]"):
        explore(CONFIG, ["tiny"], tmp_path / "out", scheduler="tcp://nowhere:1")
