# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The steps of a build, in order: each takes the graph of the one before and returns its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from finn.transformation.fpgadataflow.insert_dwc import InsertDWC
from finn.transformation.fpgadataflow.insert_fifo import InsertFIFO
from finn.transformation.fpgadataflow.set_exec_mode import SetExecMode
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.general import SortGraph

from bbcu_fpga.builder.config import Budget, BuildConfig
from bbcu_fpga.builder.execution import set_hardware_frame, with_frame_size
from bbcu_fpga.builder.verification import Verifier, check_size
from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.errors import ConfigError
from bbcu_fpga.transformation import PIXEL_SHUFFLE, STREAMLINE, TIDY, TO_HARDWARE
from bbcu_fpga.transformation.chain_width_converters import ChainWidthConverters
from bbcu_fpga.transformation.check_operators import check_hardware_only, check_supported
from bbcu_fpga.transformation.generate_hls import check_hls_forms
from bbcu_fpga.transformation.name_nodes import NameNodes, set_fifo_depths
from bbcu_fpga.transformation.optimize_folding import cheapest_folding, fastest_folding
from bbcu_fpga.transformation.set_accumulators import SetAccumulators
from bbcu_fpga.transformation.set_folding import LayerFolding, SetFolding
from bbcu_fpga.transformation.set_impl_style import SetImplStyle
from bbcu_fpga.transformation.size_fifos import SizeFifos

_DSP_SHARE = 0.8  # of the device: a full column of slices is hard to route to


@dataclass
class BuildContext:
    """What the steps share: the configuration, and the reference graph for verification."""

    config: BuildConfig
    reference: ModelWrapper

    @cached_property
    def verifier(self) -> Verifier:
        """The verifier at the small size at which passes are checked."""
        height, width = check_size(self.reference)
        return Verifier(with_frame_size(self.reference, height, width), height, width)


Step = Callable[[ModelWrapper, BuildContext], ModelWrapper]


def tidy(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Make weights integers, on a small frame, where every pass is checked in a fraction of a second."""
    check_supported(model)
    return context.verifier.apply(with_frame_size(model, *check_size(model)), TIDY)


def streamline(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Move scales, so that everything between quantizers is integer."""
    return context.verifier.apply(model, STREAMLINE)


def pixel_shuffle(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Order channels and additions around pixel shuffles."""
    return context.verifier.apply(model, PIXEL_SHUFFLE)


def to_hardware(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Fold everything into streaming operators and set the real frame size."""
    model = context.verifier.apply(model, TO_HARDWARE)
    check_hardware_only(model)
    frame = context.config.frame
    return set_hardware_frame(model, frame.height, frame.width)


def fold(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Choose PE, SIMD and lanes, and where rows are accumulated, and compute FIFO depths."""
    config = context.config
    folded = model.transform(SetFolding(_folding(model, config)))
    return folded.transform(SetAccumulators(_dsp_limit(config))).transform(SizeFifos())


def _dsp_limit(config: BuildConfig) -> int:
    """Return the DSP slices that a build may take, those of accumulators included."""
    budget = config.folding.budget or Budget()
    return int(min(_DSP_SHARE, budget.dsp) * config.device.DSP)


def _folding(model: ModelWrapper, config: BuildConfig) -> dict[str, LayerFolding]:
    """Return the folding that the configuration asks for; raises FoldingError where there is none."""
    folding = config.folding
    device = Resources(**config.device.resources)
    if folding.target_fps is not None:
        cycles = int(config.clock_mhz * 1e6 / folding.target_fps)
        return cheapest_folding(model, cycles, device).folding
    if folding.maximize_fps:
        budget = folding.budget or Budget()
        limit = replace(
            device,
            LUT=int(budget.lut * device.LUT),
            BRAM18=int(budget.bram * device.BRAM18),
            DSP=int(budget.dsp * device.DSP),
        )
        return fastest_folding(model, device, limit).folding
    layers = (folding.layers or {}).items()
    return {name: LayerFolding(layer.PE, layer.SIMD, layer.lanes) for name, layer in layers}


def streams(model: ModelWrapper, context: BuildContext) -> ModelWrapper:
    """Insert width converters and FIFOs, choose every node's style, and compare at the real frame size.

    Raises:
        ConfigError: `fifo_depths` or `preferred_impl_style` names what does not exist.
        BuildError, FoldingError: a node has no C++ form; names the layer.
        ExactnessError: the hardware graph differs from the reference.
    """
    frame, style = context.config.frame, context.config.preferred_impl_style
    # without an execution mode FINN's nodes silently compute nothing; in this one they compute in Python
    passes = (
        InsertDWC(),
        ChainWidthConverters(),
        InsertFIFO(),
        SetImplStyle(style.default, style.layers),
        SpecializeLayers(context.config.device.part),
        SetExecMode("cppsim"),
        NameNodes(),
    )
    for transformation in passes:
        model = model.transform(transformation)
        model = model.transform(SortGraph(), make_deepcopy=False, cleanup=False)
    unknown = set_fifo_depths(model, context.config.fifo_depths)
    if unknown:
        known = [node.name for node in model.graph.node if node.op_type.startswith("StreamingFIFO")]
        raise ConfigError(f"fifo_depths: unknown FIFOs {unknown}; there are {known}")
    check_hls_forms(model)
    Verifier(with_frame_size(context.reference, frame.height, frame.width), frame.height, frame.width).check(
        model, "hardware graph"
    )
    return model


# Each step with the configuration keys it reads beside the frame: a change repeats only what depends on it.
STEPS: list[tuple[Step, tuple[str, ...]]] = [
    (tidy, ()),
    (streamline, ()),
    (pixel_shuffle, ()),
    (to_hardware, ()),
    (fold, ("board", "clock_mhz", "folding")),
    (streams, ("board", "fifo_depths", "preferred_impl_style")),
]


def graph_path(folder: Path, number: int, step: Step) -> Path:
    """Return where the graph after a step is kept."""
    return folder / "intermediate_models" / f"{number:02d}_{step.__name__}.onnx"
