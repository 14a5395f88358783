# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Builds: artefacts, resuming, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import yaml
from onnx import helper, numpy_helper
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder import build as build_module
from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import Build
from bbcu_fpga.builder.config import load_config
from bbcu_fpga.errors import (
    BuildError,
    CheckpointError,
    ConfigError,
    FoldingError,
    ModelError,
    UnsupportedOperatorError,
)
from bbcu_fpga.sim.verilator import lint
from bbcu_fpga.transformation import PIPELINE
from tests.builder.conftest import Configure

STEP_NAMES = ["qonnx", *PIPELINE, "fold", "streams"]


def written(folder: Path) -> dict[str, int]:
    """Return when each graph was written, in nanoseconds."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "intermediate_models").glob("*.onnx")}


def changed(folder: Path, before: dict[str, int]) -> list[str]:
    """Return the steps whose graph was written again, in order."""
    names = sorted(name for name, time in written(folder).items() if before.get(name) != time)
    return [name.removesuffix(".onnx")[3:] for name in names]


def edited(graph: Path, target: Path, change: object) -> str:
    """Write a copy of a graph after `change(model)` and return its path."""
    model = ModelWrapper(str(graph))
    change(model)  # type: ignore[operator]
    model.save(str(target))
    return str(target)


def test_a_build_leaves_every_artefact(configure: Configure, tmp_path: Path) -> None:
    built = build(configure(), tmp_path / "b")
    assert changed(built.path, {}) == STEP_NAMES
    assert (built.path / "rtl/files.f").exists()
    assert not (built.path / "rtl/HLS_MODULES.md").exists()
    assert (built.path / "hls/accelerator.cpp").exists()
    assert (built.path / "hls/example/expected.raw").stat().st_size == 4 * 9 * 7 * 3
    manifest = built.manifest
    assert (manifest.scale, manifest.halo) == (2, 4)
    assert manifest.cycles_bound <= 100e6 / 4000
    assert {layer.op for layer in manifest.layers} >= {
        "XnorPopcountMVU",
        "IntegerMVU",
        "Epilogue",
        "Threshold",
    }
    assert all((layer.source, layer.style) == ("estimate", "rtl") for layer in manifest.layers)


def test_the_written_folding_is_one_a_configuration_takes(configure: Configure, tmp_path: Path) -> None:
    first = build(configure(), tmp_path / "a")
    folding = yaml.safe_load((first.path / "folding.yaml").read_text())["folding"]
    second = build(configure(folding=folding), tmp_path / "b")
    assert second.manifest.layers == first.manifest.layers


def test_the_written_configuration_makes_the_same_build(configure: Configure, tmp_path: Path) -> None:
    config = configure(preferred_impl_style={"layers": {"tail": "hls"}})
    assert load_config(build(config, tmp_path / "a").path / "config.yaml") == config


def test_every_stream_is_listed_with_the_width_of_its_ports(configure: Configure, tmp_path: Path) -> None:
    built = build(configure(), tmp_path / "b")
    names = [layer.name for layer in built.manifest.layers]
    links = built.streams()
    assert {link.source for link in links} == {"in0", *names}
    assert {link.target for link in links} == {"out0", *names}
    for link in links:
        padded = -(-link.width_bits // 8) * 8
        for node, direction in ((link.source, "out"), (link.target, "in")):
            if node in names:
                verilog = (built.path / f"rtl/{node}.v").read_text()
                assert f"[{padded - 1}:0] {direction}" in verilog, link
    assert (links[0].width_bits, links[-1].width_bits) == (24, 8)
    fifos = {fifo.name: fifo.width_bits for fifo in built.manifest.fifos}
    found = {link.source: link.width_bits for link in links if link.source in fifos}
    assert found == fifos


def test_the_hardware_graph_equals_the_reference(configure: Configure, tmp_path: Path) -> None:
    built = build(configure(), tmp_path / "b")
    frames = np.random.default_rng(3).integers(0, 256, (2, 9, 7, 3), dtype=np.uint8)
    np.testing.assert_array_equal(built.execute_python(frames), built.reference(frames))


def test_an_unchanged_build_repeats_nothing(configure: Configure, tmp_path: Path) -> None:
    before = written(build(configure(), tmp_path / "b").path)
    build(configure(), tmp_path / "b")
    assert changed(tmp_path / "b", before) == []


def test_another_folding_repeats_only_what_depends_on_it(configure: Configure, tmp_path: Path) -> None:
    built = build(configure(), tmp_path / "b")
    before, cycles = written(built.path), built.manifest.cycles_bound
    faster = build(configure(folding={"target_fps": 8000.0}), tmp_path / "b")
    assert changed(tmp_path / "b", before) == ["fold", "streams"]
    assert faster.manifest.cycles_bound < cycles


@pytest.fixture(scope="module")
def finished(configure: Configure, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build that is to be copied, not changed: a copy repeats only what a change needs."""
    return build(configure(), tmp_path_factory.mktemp("finished") / "b").path


def test_a_layer_of_style_hls_is_in_the_manifest_and_not_in_the_rtl(
    configure: Configure, finished: Path, tmp_path: Path
) -> None:
    pure = Build.open(shutil.copytree(finished, tmp_path / "b"))
    before, cpp = written(pure.path), (pure.path / "hls/accelerator.cpp").read_text()
    unit = next(layer.name for layer in pure.manifest.layers if layer.op == "XnorPopcountMVU")
    mixed = build(configure(preferred_impl_style={"layers": {unit: "hls"}}), tmp_path / "b")
    assert changed(mixed.path, before) == ["streams"]
    assert [layer.name for layer in mixed.manifest.layers if layer.style == "hls"] == [unit]
    assert [(layer.name, layer.op) for layer in mixed.manifest.layers] == [
        (layer.name, layer.op) for layer in pure.manifest.layers
    ]
    assert f"{unit}.v" not in (mixed.path / "rtl/files.f").read_text()
    assert unit in (mixed.path / "rtl/HLS_MODULES.md").read_text()
    assert (mixed.path / "hls/accelerator.cpp").read_text() == cpp
    frames = np.random.default_rng(3).integers(0, 256, (1, 9, 7, 3), dtype=np.uint8)
    np.testing.assert_array_equal(mixed.execute_python(frames), mixed.reference(frames))


def test_styles_of_unknown_layers_are_refused_by_name(
    configure: Configure, finished: Path, tmp_path: Path
) -> None:
    shutil.copytree(finished, tmp_path / "b")
    with pytest.raises(ConfigError, match="unknown layer 'no_such_layer'; the layers are"):
        build(configure(preferred_impl_style={"layers": {"no_such_layer": "hls"}}), tmp_path / "b")


def test_a_stream_too_wide_for_hls_is_refused_at_build_time(
    configure: Configure, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(Path(shutil.copytree(finished, tmp_path / "b")))
    monkeypatch.setattr("bbcu_fpga.custom_op.hls_function.MAX_WORD_BITS", 16)
    with pytest.raises(FoldingError, match=r"^layer \w+: a stream of \d+ bits is wider than the 16 bits"):
        build(configure(preferred_impl_style={"default": "hls"}), tmp_path / "b")
    assert changed(tmp_path / "b", before) == [], "refused before the step's verification"
    with pytest.raises(BuildError, match="did not finish"):
        Build.open(tmp_path / "b")


def test_an_interrupted_build_is_not_finished_and_resumes(
    configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "generate_rtl", interrupt)
        with pytest.raises(KeyboardInterrupt):
            build(configure(), tmp_path / "b")
    with pytest.raises(BuildError, match="did not finish"):
        Build.open(tmp_path / "b")
    before = written(tmp_path / "b")
    assert build(configure(), tmp_path / "b").manifest.layers
    assert changed(tmp_path / "b", before) == []
    assert not [path for path in (tmp_path / "b").rglob(".*") if path.is_dir()]


def test_a_changed_build_that_fails_does_not_look_finished(configure: Configure, tmp_path: Path) -> None:
    build(configure(), tmp_path / "b")
    with pytest.raises(FoldingError, match="lower target_fps"):
        build(configure(folding={"target_fps": 1e7}), tmp_path / "b")
    with pytest.raises(BuildError, match="did not finish"):
        Build.open(tmp_path / "b")


def test_a_foreign_folder_is_refused_and_left_alone(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(BuildError, match="not a build folder"):
        build(configure(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]


def test_an_operator_without_hardware_is_named(
    configure: Configure, small_graph: Path, tmp_path: Path
) -> None:
    def insert_softmax(model: ModelWrapper) -> None:
        (activation,) = [node for node in model.graph.node if node.op_type == "LeakyRelu"][:1]
        activation.op_type, activation.name = "Softsign", "odd_one"
        del activation.attribute[:]

    path = edited(small_graph, tmp_path / "odd.onnx", insert_softmax)
    with pytest.raises(UnsupportedOperatorError, match=r"odd_one|Softsign") as caught:
        build(configure(model=path), tmp_path / "b")
    assert "Supported" in str(caught.value)


def test_two_trunk_scales_are_named(configure: Configure, small_graph: Path, tmp_path: Path) -> None:
    def rescale(model: ModelWrapper) -> None:
        adds = model.get_nodes_by_op_type("Add")
        residual = next(node for node in adds if all(kinds(model, node)))
        branch = model.find_producer(residual.input[1])
        model.set_initializer(branch.input[1], np.array(0.25, dtype=np.float32))

    def kinds(model: ModelWrapper, add: onnx.NodeProto) -> list[bool]:
        producers = [model.find_producer(name) for name in add.input]
        return [node is not None and node.op_type == "Quant" for node in producers]

    path = edited(small_graph, tmp_path / "two.onnx", rescale)
    with pytest.raises(ModelError, match=r"step .*0\.25"):
        build(configure(model=path), tmp_path / "b")


def test_files_that_are_no_network_are_named(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(ModelError, match=r"text\.onnx"):
        build(configure(model=str(tmp_path / "text.onnx")), tmp_path / "b")
    with pytest.raises(CheckpointError, match=r"absent\.pt"):
        build(configure(model=str(tmp_path / "absent.pt")), tmp_path / "c")


def test_a_graph_with_two_inputs_is_refused(configure: Configure, tmp_path: Path) -> None:
    pictures = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, (1, 3, 9, 7)) for name in "abc"]
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["c"])], "two", pictures[:2], pictures[2:])
    onnx.save(helper.make_model(graph), tmp_path / "two.onnx")
    with pytest.raises(ModelError, match="one input"):
        build(configure(model=str(tmp_path / "two.onnx")), tmp_path / "b")


def test_weights_that_are_not_numbers_are_refused(
    configure: Configure, small_graph: Path, tmp_path: Path
) -> None:
    def poison(model: ModelWrapper) -> None:
        for tensor in model.graph.initializer:
            values = numpy_helper.to_array(tensor)
            if values.size > 1 and values.dtype == np.float32:
                model.set_initializer(tensor.name, np.full_like(values, np.nan))

    path = edited(small_graph, tmp_path / "nan.onnx", poison)
    with pytest.raises(ModelError, match="not finite"):
        build(configure(model=path), tmp_path / "b")


def test_lanes_that_do_not_divide_name_layer_and_choices(configure: Configure, tmp_path: Path) -> None:
    folding = yaml.safe_load((build(configure(), tmp_path / "a").path / "folding.yaml").read_text())[
        "folding"
    ]
    layer = next(iter(folding["layers"]))
    folding["layers"][layer]["PE"] = 3
    with pytest.raises(FoldingError, match=rf"{layer}.*PE=3 does not divide 4.*\[1, 2, 4\]"):
        build(configure(folding=folding), tmp_path / "b")


def test_unknown_fifos_are_refused_by_name(configure: Configure, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no_such_fifo"):
        build(configure(fifo_depths={"no_such_fifo": 5}), tmp_path / "b")


def test_the_accelerator_is_clean_under_full_lint(configure: Configure, tmp_path: Path) -> None:
    folder = build(configure(), tmp_path / "b").path / "rtl"
    lint([folder / name for name in (folder / "files.f").read_text().split()], "accelerator")
