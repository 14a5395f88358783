# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Export of a trained network to QONNX for one frame size, refused unless it computes PyTorch's integers."""

import hashlib
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from brevitas.export import export_qonnx
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.general import RemoveUnusedTensors, SortGraph
from qonnx.util.cleanup import cleanup_model

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.files import atomic_path
from brevitas_models import checkpoint as checkpoints
from brevitas_models.layers import trace
from brevitas_models.networks import RestorationNetwork, config_to
from brevitas_models.space_to_depth import ReshapesToSpaceToDepth
from brevitas_models.units import WideConv

Pixels = NDArray[np.float32]  # (1, colours, height, width), integers 0..255
EXACT_FLOAT = 2**24  # float32 holds every integer up to here, so sums below it do not depend on their order


class ExportError(ExactnessError):
    """A network cannot be exported exactly."""


def export(checkpoint: Path | str, path: Path, height: int, width: int) -> Path:
    """Export a checkpoint as a QONNX graph, float32 (1, C, height, width) -> (1, C, scale h., scale w.).

    C is 3 (RGB) or 1 (Y).

    The graph is executed on an image and compared with PyTorch before it appears under `path`. Its metadata
    (`ModelWrapper.get_metadata_prop`) names the task, the scale, the checkpoint with its SHA-256, the
    configuration, and the convolutions in the order of the graph (`bbcu_fpga.layers`).

    Args:
        checkpoint: path, or the name of a shipped checkpoint.
        path: file to write.
        height, width: frame size in low-resolution pixels, at least 3 each; odd sizes are fine.

    Raises:
        CheckpointError: the checkpoint cannot be loaded.
        ExportError: the network has no streaming form, the frame is too small, sums would leave float32's
            exact range, or the graph differs.
    """
    source = checkpoints.resolve(checkpoint)
    network, _ = checkpoints.load(source)
    metadata = {
        "bbcu_fpga.task": network.config.TASK,
        "bbcu_fpga.scale": str(network.config.scale),
        "bbcu_fpga.checkpoint": source.name,
        "bbcu_fpga.checkpoint_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "bbcu_fpga.config": json.dumps(config_to(network.config), sort_keys=True),
    }
    return export_network(network, path, height, width, metadata)


def export_network(
    network: RestorationNetwork, path: Path, height: int, width: int, metadata: dict[str, str]
) -> Path:
    """Export a network object that is in evaluation mode; arguments, result and errors as for `export`."""
    if min(height, width) < 3:
        raise ExportError(f"{path}: frame {height}x{width} is too small; use at least 3x3 pixels")
    if network.training:
        raise ExportError(f"{path}: the network is in training mode; call eval() first")
    check_streaming(network)
    check_sums(network)
    image = probe_image(height, width, network.config.colours)
    with torch.no_grad():
        expected = network(torch.from_numpy(image)).numpy()
    model = _qonnx(network, image)
    layers = [layer.name for layer in trace(network, height, width)]
    _compare(path, model, image, expected)
    for key, value in sorted({**metadata, "bbcu_fpga.layers": json.dumps(layers)}.items()):
        model.set_metadata_prop(key, value)
    with atomic_path(path) as draft:
        model.save(str(draft))
    return path


def probe_image(height: int, width: int, colours: int = 3) -> Pixels:
    """Return the image a graph is verified on, float32 (1, colours, height, width).

    It holds a ramp, noise, black and white.
    """
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (1, colours, height, width))
    rows, columns = np.mgrid[0:height, 0:width]
    smooth = (rows * 255 // max(height - 1, 1) + columns * 3) % 256
    image = np.where(rows > columns, noise, smooth)
    image[..., : height // 4, : width // 4] = 255
    image[..., -(height // 4 + 1) :, -(width // 4 + 1) :] = 0
    return image.astype(np.float32)


def check_streaming(network: RestorationNetwork) -> None:
    """Refuse a network that no stream of integers computes.

    Raises:
        ExportError: names the part and the reason.
    """
    if network.config.obstacle:
        raise ExportError(f"the network cannot be exported: {network.config.obstacle}")
    for name, module in network.named_modules():
        obstacle = getattr(module, "obstacle", None)
        if obstacle:
            raise ExportError(f"{name}: cannot be exported: {obstacle}")


def check_sums(network: RestorationNetwork) -> None:
    """Refuse a network whose 8-bit convolutions could add up to more than float32 holds exactly.

    Raises:
        ExportError: names the convolution, the channel and the largest possible sum.
    """
    bits = network.config.trunk_bits
    for name, module in network.named_modules():
        if not isinstance(module, WideConv):
            continue
        weight = module.quant_weight()
        integers = (weight.value / weight.scale).abs().sum(dim=(1, 2, 3))
        largest, channel = (integers * module.magnitude).max(dim=0)
        if largest >= EXACT_FLOAT:
            raise ExportError(
                f"{name}, output channel {int(channel)}: sums reach {int(largest)}, float32 is exact below "
                f"{EXACT_FLOAT}; train with fewer trunk bits than {bits} or smaller weights"
            )


def _qonnx(network: RestorationNetwork, image: Pixels) -> ModelWrapper:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns about optional packages that are not needed
        draft = str(Path(folder) / "network.onnx")  # the exporter leaves a data file beside it
        export_qonnx(network, args=torch.from_numpy(image), export_path=draft, verbose=False)
        model = cleanup_model(ModelWrapper(draft))
        for transformation in (ReshapesToSpaceToDepth(), SortGraph(), RemoveUnusedTensors()):
            model = model.transform(transformation)
        return _without_traces(model)


def _without_traces(model: ModelWrapper) -> ModelWrapper:
    """Drop the exporter's notes: they hold local paths, and equal networks shall give equal files."""
    graph = model.graph
    for part in (graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
    return model


def _compare(path: Path, model: ModelWrapper, image: Pixels, expected: Pixels) -> None:
    source, result = model.graph.input[0].name, model.graph.output[0].name
    found = execute_onnx(model, {source: image})[result]
    if found.shape != expected.shape:
        raise ExportError(f"{path}: the graph returns shape {found.shape}, PyTorch {expected.shape}")
    different = found != expected
    if different.any():
        where = tuple(int(index[0]) for index in np.nonzero(different))
        raise ExportError(
            f"{path}: {int(different.sum())} of {expected.size} values differ from PyTorch, the first at "
            f"{where}: {found[where]} instead of {expected[where]}; report this with the checkpoint"
        )
