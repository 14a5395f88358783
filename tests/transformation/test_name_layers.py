# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""NameLayers: convolutions get stable names."""

from __future__ import annotations

import json

import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.transformation.name_layers import METADATA_KEY, NameLayers
from tests.transformation.graphs import Network, assert_equal_values, integer_weights, rewrite


def two_convolutions() -> ModelWrapper:
    network = Network()
    first = network.quant(network.convolution("in0", integer_weights(3, 3)), bits=4)
    return network.model(network.convolution(first, integer_weights(2, 3, 1)))


def names(model: ModelWrapper) -> list[str]:
    return [node.name for node in model.get_nodes_by_op_type("Conv")]


def test_names_come_from_the_metadata_as_identifiers() -> None:
    model = two_convolutions()
    model.set_metadata_prop(METADATA_KEY, json.dumps(["body.0.conv", "tail"]))
    named, _ = rewrite(model, NameLayers())
    assert names(named) == ["body_0_conv", "tail"]
    assert_equal_values(model, named)


@pytest.mark.parametrize("recorded", [None, ["head"], ["a", "b", "c"]])
def test_without_matching_metadata_names_are_numbered(recorded: list[str] | None) -> None:
    model = two_convolutions()
    if recorded is not None:
        model.set_metadata_prop(METADATA_KEY, json.dumps(recorded))
    assert names(rewrite(model, NameLayers())[0]) == ["conv_0", "conv_1"]
