# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Describe a finished hardware graph: layers, cycles, estimated resources, FIFOs."""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from math import ceil

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.builder.build_folder import BuildManifest, Fifo, Layer
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.execution import colours
from bbcu_fpga.custom_op.hls_function import operator_name
from bbcu_fpga.custom_op.resources import node_resources
from bbcu_fpga.transformation.set_impl_style import impl_style
from bbcu_fpga.transformation.size_fifos import MINIMUM_KEY

_TASK_KEY, _DEFAULT_TASK = "bbcu_fpga.task", "super-resolution"


def describe(
    model: ModelWrapper,
    reference: ModelWrapper,
    config: BuildConfig,
    model_sha256: str,
    versions: dict[str, str],
) -> BuildManifest:
    """Return the manifest of a hardware graph; resources are the operators' estimates."""
    device = config.device
    height_in = model.get_tensor_shape(model.graph.input[0].name)[1]
    height_out = model.get_tensor_shape(model.graph.output[0].name)[1]
    return BuildManifest(
        name=config.name,
        model=config.model,
        model_sha256=model_sha256,
        board=device.name,
        part=device.part,
        clock_mhz=config.clock_mhz,
        frame_height=config.frame.height,
        frame_width=config.frame.width,
        scale=height_out // height_in,
        colours=colours(model),
        halo=halo(model),
        task=reference.get_metadata_prop(_TASK_KEY) or _DEFAULT_TASK,
        layers=[_layer(node, device.part) for node in model.graph.node],
        fifos=_fifos(model),
        versions=versions,
    )


def halo(model: ModelWrapper) -> int:
    """Return how many input pixels away an output pixel may look: the overlap of exact tiling."""
    start = Fraction(0), Fraction(1)
    reach: dict[str, tuple[Fraction, Fraction]] = {model.graph.input[0].name: start}
    for node in model.graph.node:
        radius, scale = max(reach[name] for name in node.input if name in reach)
        operator = getCustomOp(node)
        if node.op_type.startswith("WindowGenerator"):
            radius += operator.get_nodeattr("kernel") // 2 / scale
        elif node.op_type.startswith("PixelShuffle"):
            scale *= operator.get_nodeattr("factor")
        elif node.op_type.startswith("PixelUnshuffle"):
            # at one end of a block, its other end is factor - 1 pixels away
            radius += (operator.get_nodeattr("factor") - 1) / scale
            scale /= operator.get_nodeattr("factor")
        reach.update(dict.fromkeys(node.output, (radius, scale)))
    return ceil(reach[model.graph.output[0].name][0])


def _layer(node: NodeProto, part: str) -> Layer:
    operator = getCustomOp(node)
    attributes = operator.get_nodeattr_types()
    folding = {name: operator.get_nodeattr(name) for name in ("PE", "SIMD") if name in attributes}
    return Layer(
        name=node.name,
        op=operator_name(node),
        style=impl_style(node),
        cycles=operator.get_exp_cycles(),
        resources=asdict(node_resources(node, part)),
        source="estimate",
        **folding,
    )


def _fifos(model: ModelWrapper) -> list[Fifo]:
    minimums = json.loads(model.get_metadata_prop(MINIMUM_KEY))
    fifos = [node for node in model.graph.node if node.op_type.startswith("StreamingFIFO")]
    return [
        Fifo(
            name=node.name,
            depth=getCustomOp(node).get_nodeattr("depth"),
            minimum=minimums[node.name],
            width_bits=getCustomOp(node).get_instream_width(),
        )
        for node in fifos
    ]
