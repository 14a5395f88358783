# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""SetImplStyle: by layer, by node, by default; what does not exist is refused."""

from __future__ import annotations

import pytest
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.errors import ConfigError
from bbcu_fpga.transformation.set_impl_style import SetImplStyle, impl_style
from tests.transformation.graphs import copied
from tests.transformation.streaming_graphs import residual_network


@pytest.fixture(scope="module")
def network() -> ModelWrapper:
    return residual_network()


def styles(network: ModelWrapper, default: str, layers: dict[str, str]) -> dict[str, str]:
    """Return the style of every node after specialization."""
    model = (
        copied(network)
        .transform(SetImplStyle(default, layers))
        .transform(SpecializeLayers("xc7z020clg400-1"))
    )
    return {getCustomOp(node).get_nodeattr("layer"): impl_style(node) for node in model.graph.node}


@pytest.mark.parametrize("default", ["rtl", "hls"])
def test_the_default_is_for_all(network: ModelWrapper, default: str) -> None:
    assert set(styles(network, default, {}).values()) == {default}


def test_a_layer_stands_for_its_nodes_and_a_node_for_itself(network: ModelWrapper) -> None:
    found = styles(network, "rtl", {"body": "hls", "body_window": "rtl", "tail_mvu": "hls"})
    chosen = {name for name, style in found.items() if style == "hls"}
    assert chosen == {"body_threshold", "body_mvu", "body_epilogue", "tail_mvu"}


def test_an_unknown_layer_is_refused_with_its_nearest(network: ModelWrapper) -> None:
    message = (
        r"preferred_impl_style.layers: unknown layer 'bodi' \(did you mean 'body'\?\); "
        "the layers are head, body, tail"
    )
    with pytest.raises(ConfigError, match=message):
        styles(network, "rtl", {"bodi": "hls"})
