# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import json
from collections import Counter
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx

from brevitas_models import export as exporting
from brevitas_models.checkpoint import save
from brevitas_models.export import ExportError, export, export_network
from brevitas_models.networks import PRESETS
from brevitas_models.units import set_stage
from tests.brevitas_models.networks.sizes import REFUSED, SMALL
from tests.brevitas_models.samples import SMALLEST, as_pixels, picture, random_network


def execute(path, pixels):
    model = ModelWrapper(str(path))
    return execute_onnx(model, {model.graph.input[0].name: pixels.numpy()})[model.graph.output[0].name]


@pytest.mark.parametrize(
    ("config", "height", "width"),
    [
        (replace(PRESETS["tiny"], body_convs=1), 13, 10),
        (PRESETS["tiny"], 7, 9),
        (replace(PRESETS["small"], body_convs=2), 3, 11),
    ],
)
def test_the_graph_computes_every_integer_of_pytorch(tmp_path, config, height, width):
    network = random_network(config, seed=height)
    path = export_network(network, tmp_path / "network.onnx", height, width, {})
    for seed in range(3):
        pixels = as_pixels(picture(height, width, seed))
        with torch.no_grad():
            np.testing.assert_array_equal(execute(path, pixels), network(pixels))


# a mixture of every operator; the others are slow only because they are many
QUICK = ("bbcu_m_x4", "bbcu_all_x2", "bbcu_v1", "irnet", "dncnn3", "edsr_x3", "ffdnet", "prn", "zero_dce")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SMALL]
)
def test_every_network_exports_to_the_integers_of_pytorch(tmp_path, name):
    config = SMALL[name]
    network = random_network(config, seed=len(name))
    path = export_network(network, tmp_path / "network.onnx", 7, 9, {})
    pixels = torch.randint(0, 256, (1, config.colours, 7, 9)).float()
    with torch.no_grad():
        expected = network(pixels)
    assert expected.std() > 0
    np.testing.assert_array_equal(execute(path, pixels), expected)
    layers = json.loads(ModelWrapper(str(path)).get_metadata_prop("bbcu_fpga.layers"))
    assert len(ModelWrapper(str(path)).get_nodes_by_op_type("Conv")) == len(layers)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_stream_is_refused_with_the_reason(tmp_path, name):
    config, reason = REFUSED[name]
    with pytest.raises(ExportError, match=reason):
        export_network(random_network(config), tmp_path / "network.onnx", 8, 6, {})


@pytest.mark.parametrize(
    ("name", "stage", "where"),
    [("ffdnet", 2, r"body\.0\.first\.conv"), ("edsr_x3", 1, r"body\.0\.first\.branch\.conv")],
)
def test_a_network_in_an_early_stage_is_refused(tmp_path, name, stage, where):
    network = random_network(SMALL[name])
    set_stage(network, stage)
    with pytest.raises(ExportError, match=rf"{where}: .* stage {stage} is not binary"):
        export_network(network, tmp_path / "network.onnx", 8, 6, {})


def test_the_graph_holds_nothing_but_the_network(tmp_path):
    path = export_network(random_network(SMALLEST), tmp_path / "network.onnx", 8, 6, {})
    assert list(tmp_path.iterdir()) == [path]
    graph = onnx.load(path).graph
    units = SMALLEST.body_convs + 2
    assert Counter(node.op_type for node in graph.node) == {
        # weights, biases, ends and activations two each, three of the base; a branch and a sum per unit
        "Quant": 11 + 2 * units,
        "BipolarQuant": 2 * units,
        "Conv": units + 2,
        "Mul": units + 2,  # alpha, and the alignment at both ends
        "Add": 4 * units + 3,
        "PRelu": units,
        "LeakyRelu": 2,
        "DepthToSpace": 1,
        "Resize": 2,
    }
    assert b"brevitas_models" not in path.read_bytes()  # no paths or traces of this machine


def test_equal_checkpoints_give_equal_files(tmp_path):
    checkpoint = save(random_network(SMALLEST), tmp_path / "network.pt", {})
    first, again = (export(checkpoint, tmp_path / name, 8, 6).read_bytes() for name in ("1.onnx", "2.onnx"))
    assert first == again


def test_the_metadata_names_the_origin(tmp_path):
    checkpoint = save(random_network(SMALLEST), tmp_path / "network.pt", {})
    model = ModelWrapper(str(export(checkpoint, tmp_path / "network.onnx", 8, 6)))
    assert model.get_metadata_prop("bbcu_fpga.task") == "super-resolution"
    assert model.get_metadata_prop("bbcu_fpga.scale") == "2"
    assert model.get_metadata_prop("bbcu_fpga.checkpoint") == "network.pt"
    assert len(model.get_metadata_prop("bbcu_fpga.checkpoint_sha256")) == 64
    assert json.loads(model.get_metadata_prop("bbcu_fpga.config"))["channels"] == SMALLEST.channels
    layers = json.loads(model.get_metadata_prop("bbcu_fpga.layers"))
    assert layers == ["head", "body_0", "upsampling", "fine", "tail"]
    assert len(model.get_nodes_by_op_type("Conv")) == len(layers)


def test_a_wrong_graph_never_appears(tmp_path, monkeypatch):
    def with_other_weights(model):
        model = cleanup(model)
        name = next(node.input[1] for node in model.graph.node if node.op_type == "PRelu")
        model.set_initializer(name, model.get_initializer(name) + np.float32(1.0))
        return model

    cleanup = exporting.cleanup_model
    monkeypatch.setattr(exporting, "cleanup_model", with_other_weights)
    with pytest.raises(ExportError, match="differ from PyTorch, the first at"):
        export_network(random_network(SMALLEST), tmp_path / "network.onnx", 8, 6, {})
    assert list(tmp_path.iterdir()) == []


def test_sums_beyond_float32_are_refused(tmp_path):
    network = random_network(replace(PRESETS["tiny"], trunk_bits=20))
    with pytest.raises(ExportError, match="tail, output channel"):
        export_network(network, tmp_path / "network.onnx", 8, 6, {})


def test_unusable_arguments_are_refused(tmp_path):
    network = random_network(SMALLEST)
    with pytest.raises(ExportError, match="2x8 is too small"):
        export_network(network, tmp_path / "network.onnx", 2, 8, {})
    with pytest.raises(ExportError, match="training mode"):
        export_network(network.train(), tmp_path / "network.onnx", 8, 6, {})
