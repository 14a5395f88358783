# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bad input to the whole program: one clear line, status 1, and nothing that looks finished."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
import yaml
from onnx import ModelProto, NodeProto, numpy_helper
from PIL import Image
from typer.testing import CliRunner

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.config import load_config
from bbcu_fpga.cli import app
from bbcu_fpga.errors import BuildError
from brevitas_models import checkpoint
from brevitas_models.export import export

HEIGHT, WIDTH = 9, 8


def refused(*arguments: object) -> str:
    """Run a command that must end with status 1 and return the one line that says why, the last on stderr."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 1, result.output
    *progress, line = result.stderr.splitlines()
    assert line.startswith("error: ") and not [text for text in progress if "error" in text], result.stderr
    return line


def write_config(folder: Path, **changes: Any) -> Path:
    """Write a configuration for small frames of the tiny network."""
    content = {
        "name": "bad_input",
        "model": "tiny",
        "board": "Pynq-Z2",
        "clock_mhz": 100.0,
        "frame": {"height": HEIGHT, "width": WIDTH},
        "folding": {"target_fps": 1000.0},
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}))
    return path


def refused_build(folder: Path, **changes: Any) -> str:
    """Build what must be refused; nothing that looks like a build, and no temporary file, may be left."""
    output = folder / "out"
    line = refused("build", write_config(folder, **changes), "--output", output)
    with pytest.raises(BuildError, match="did not finish|no such folder"):
        Build.open(output)
    assert not (output / "rtl").exists()
    assert not list(output.rglob(".*"))
    return line


@pytest.fixture(scope="module")
def tiny_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the exported tiny network."""
    return export("tiny", tmp_path_factory.mktemp("graph") / "tiny.onnx", HEIGHT, WIDTH)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a finished build of the tiny network."""
    folder = tmp_path_factory.mktemp("built")
    return build(load_config(write_config(folder)), folder / "out")


def changed(graph: Path, target: Path, change: Callable[[ModelProto], None]) -> str:
    """Write a changed copy of a graph and return its path."""
    model = onnx.load(graph)
    change(model)
    onnx.save(model, target)
    return str(target)


def node(model: ModelProto, name: str) -> NodeProto:
    """Return a node by name."""
    return next(node for node in model.graph.node if node.name == name)


def test_unsupported_operator(tmp_path: Path, tiny_graph: Path) -> None:
    def use_sigmoid(model: ModelProto) -> None:
        activation = node(model, "PRelu_1")
        activation.op_type = "Sigmoid"
        del activation.input[1:]

    model = changed(tiny_graph, tmp_path / "sigmoid.onnx", use_sigmoid)
    line = refused_build(tmp_path, model=model)
    for part in ("PRelu_1", "Sigmoid", "Supported", "PRelu", "DepthToSpace"):
        assert part in line


def test_two_trunk_scales(tmp_path: Path, tiny_graph: Path) -> None:
    def double_one_scale(model: ModelProto) -> None:
        # the branch of the first body unit gets a step of its own
        scale = next(tensor for tensor in model.graph.initializer if tensor.name == "Quant_7_param0")
        doubled = 2 * numpy_helper.to_array(scale)
        scale.CopyFrom(numpy_helper.from_array(np.asarray(doubled, dtype=np.float32), scale.name))

    model = changed(tiny_graph, tmp_path / "scales.onnx", double_one_scale)
    line = refused_build(tmp_path, model=model)
    for part in ("Add_4", "0.125", "0.25", "one shared trunk quantizer"):
        assert part in line


def test_file_that_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"\x00\x01 no protobuf")
    assert "net.onnx: not an ONNX graph" in refused_build(tmp_path, model="net.onnx")


def test_checkpoint_of_something_else(tmp_path: Path) -> None:
    torch.save({"conv1.weight": torch.zeros(3)}, tmp_path / "net.pt")
    assert "net.pt: not a checkpoint of this project" in refused_build(tmp_path, model="net.pt")


def test_checkpoint_whose_weights_are_of_another_architecture(tmp_path: Path) -> None:
    content = torch.load(checkpoint.resolve("tiny"), weights_only=True)
    content["config"] = {**content["config"], "body_convs": 5}
    torch.save(content, tmp_path / "net.pt")
    line = refused_build(tmp_path, model="net.pt")
    assert "net.pt: weights do not fit their architecture" in line


def test_pe_that_does_not_divide(tmp_path: Path, built: Build) -> None:
    folding = yaml.safe_load((built.path / "folding.yaml").read_text())["folding"]
    layer = list(folding["layers"])[1]
    folding["layers"][layer]["PE"] = 5
    line = refused_build(tmp_path, folding=folding)
    assert layer in line and "PE=5" in line and "divide" in line


def test_layer_that_does_not_exist(tmp_path: Path, built: Build) -> None:
    folding = yaml.safe_load((built.path / "folding.yaml").read_text())["folding"]
    folding["layers"]["no_such_layer"] = {"PE": 1, "SIMD": 1}
    assert "unknown layers ['no_such_layer']" in refused_build(tmp_path, folding=folding)


def test_frame_rate_out_of_reach(tmp_path: Path) -> None:
    line = refused_build(tmp_path, folding={"target_fps": 1e6})
    assert "cycles per frame are asked for" in line and "lower target_fps" in line


def test_fifo_that_does_not_exist(tmp_path: Path) -> None:
    line = refused_build(tmp_path, fifo_depths={"no_such_fifo": 4})
    assert "no_such_fifo" in line and "residual" in line


def test_folder_that_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    line = refused("build", write_config(tmp_path), "--output", tmp_path / "out")
    assert "not a build folder" in line and "thesis.tex" in line
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize(
    ("mode", "size", "reason"),
    [
        ("RGB", (15, 18), "too small"),
        ("RGBA", (40, 40), "alpha channel"),
        ("L", (40, 40), "grey"),
        (None, None, "not a picture"),
    ],
)
def test_picture_that_cannot_be_used(
    tmp_path: Path, built: Build, mode: str | None, size: tuple[int, int], reason: str
) -> None:
    picture = tmp_path / "picture.png"
    if mode is None:
        picture.write_text("1000 words")
    else:
        Image.new(mode, size).save(picture)
    shutil.rmtree(built.path / "simulation", ignore_errors=True)
    line = refused("simulate", built.path, "--engine", "python", "--image", picture)
    assert f"{picture}: " in line and reason in line
    assert not (built.path / "simulation").exists()


@pytest.mark.parametrize("tool", ["g++", "make", "perl"])
def test_missing_tool(tmp_path: Path, built: Build, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    for name in {"g++", "make", "perl"} - {tool}:
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    shutil.rmtree(built.path / "simulation", ignore_errors=True)
    line = refused("simulate", built.path, "--engine", "rtl")
    assert f"{tool} is missing" in line and f"apt install {tool}" in line
    assert not (built.path / "simulation" / "rtl.json").exists()


def test_interrupted_build_is_resumed(tmp_path: Path, built: Build) -> None:
    config, output = load_config(write_config(tmp_path)), tmp_path / "out"

    def interrupt(step: str, number: int, total: int) -> None:
        if step == "fold":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(config, output, progress=interrupt)
    with pytest.raises(BuildError, match="did not finish"):
        Build.open(output)
    graphs = output / "intermediate_models"
    before = {path: path.stat().st_mtime_ns for path in graphs.iterdir()}
    assert (graphs / "04_to_hardware.onnx") in before
    resumed = build(config, output)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert resumed.manifest == built.manifest
    assert contents(resumed.path / "rtl") == contents(built.path / "rtl") != {}


def test_finished_build_is_not_done_again(built: Build, tmp_path: Path) -> None:
    written = [path for path in built.path.rglob("*") if path.suffix in (".v", ".onnx")]
    before = {path: path.stat().st_mtime_ns for path in written}
    build(load_config(write_config(tmp_path)), built.path)
    assert {path: path.stat().st_mtime_ns for path in before} == before != {}


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
