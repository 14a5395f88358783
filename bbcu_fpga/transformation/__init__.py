# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Transformation passes, and the order in which they fold a QONNX network into streaming operators."""

from __future__ import annotations

from finn.transformation.qonnx.fold_quant_weights import FoldQuantWeights
from finn.transformation.streamline.absorb import AbsorbConsecutiveTransposes
from finn.transformation.streamline.reorder import MoveMulPastFork, MoveScalarMulPastConv
from qonnx.transformation.base import Transformation
from qonnx.transformation.extract_conv_bias import ExtractBiasFromConv
from qonnx.transformation.infer_datatypes import InferDataTypes
from qonnx.transformation.infer_shapes import InferShapes

import bbcu_fpga.custom_op  # noqa: F401  (registers the operators in FINN's dictionaries)
from bbcu_fpga.transformation.channel_gather_to_convolution import ChannelGatherToConvolution
from bbcu_fpga.transformation.channels_last_boundary import ChannelsLastBoundary
from bbcu_fpga.transformation.declare_input_datatype import DeclareInputDatatype
from bbcu_fpga.transformation.extract_quantizer_scales import ExtractQuantizerScales
from bbcu_fpga.transformation.fold_convolutions import FoldConvolutions
from bbcu_fpga.transformation.fold_epilogues import FoldEpilogues
from bbcu_fpga.transformation.fold_gather_into_convolution import FoldGatherIntoConvolution
from bbcu_fpga.transformation.fold_light_curves import FoldLightCurves
from bbcu_fpga.transformation.fold_space_to_depth import FoldSpaceToDepth
from bbcu_fpga.transformation.fold_stream_epilogues import FoldStreamEpilogues
from bbcu_fpga.transformation.fold_thresholds import FoldThresholds
from bbcu_fpga.transformation.fold_upsampling import FoldBilinearResize, FoldDepthToSpace
from bbcu_fpga.transformation.insert_stream_forks import InsertStreamForks
from bbcu_fpga.transformation.move_concat_past_channelwise import MoveConcatPastChannelwise
from bbcu_fpga.transformation.move_depth_to_space_past_elementwise import MoveDepthToSpacePastElementwise
from bbcu_fpga.transformation.move_scale_past_residual_add import MoveScalePastResidualAdd
from bbcu_fpga.transformation.move_scale_past_spatial import MoveScalePastSpatial
from bbcu_fpga.transformation.name_layers import NameLayers
from bbcu_fpga.transformation.narrow_streams import NarrowStreams
from bbcu_fpga.transformation.nearest_resize_to_depth_to_space import NearestResizeToDepthToSpace
from bbcu_fpga.transformation.remove_identity_chains import RemoveIdentityChains
from bbcu_fpga.transformation.split_concat_convolutions import SplitConcatConvolutions
from bbcu_fpga.transformation.subpixel_major_order import MoveChannelGatherUp, SubpixelMajorDepthToSpace
from bbcu_fpga.transformation.unshare_weights import UnshareWeights

# Weights become integers, biases and scales elementwise nodes. Datatypes first: FoldQuantWeights reads them,
# and moves the scale of a layer's weights behind it, so that no two layers may share them.
TIDY: list[type[Transformation]] = [
    InferShapes,
    DeclareInputDatatype,
    NameLayers,
    ExtractBiasFromConv,
    UnshareWeights,
    InferDataTypes,
    FoldQuantWeights,
]

# Every quantizer gets scale 1 and every scale moves down to where it meets the next quantizer; what
# convolutions, additions and pixel movers see are integers then. Forks first: a scale passes only an operator
# it alone feeds. Convolutions of concatenated tensors are split before, while scales are quantizers' own; the
# curve is folded where a scale still stands behind each quantizer.
STREAMLINE: list[type[Transformation]] = [
    MoveConcatPastChannelwise,
    SplitConcatConvolutions,
    ExtractQuantizerScales,
    InferDataTypes,
    FoldLightCurves,
    MoveMulPastFork,
    MoveScalarMulPastConv,
    MoveScalePastSpatial,
    MoveScalePastResidualAdd,
    InferDataTypes,
]

# The order of packed channels goes into the weights behind them, by a Gather whose datatype is known.
# The residual's up-sampling becomes a pixel shuffle like the branch's, both merge behind the addition, and
# channels are reordered up to the weights, so that the epilogue works in the low-resolution stream. A
# selection in front of integer weights goes into them, and one that gets nowhere becomes a convolution.
PIXEL_SHUFFLE: list[type[Transformation]] = [
    FoldSpaceToDepth,
    InferDataTypes,
    NearestResizeToDepthToSpace,
    MoveDepthToSpacePastElementwise,
    SubpixelMajorDepthToSpace,
    FoldGatherIntoConvolution,
    MoveChannelGatherUp,
    ChannelGatherToConvolution,
    InferShapes,
    InferDataTypes,
]

# Convolutions before epilogues, which start at accumulators; epilogues before windows and thresholds,
# whose inputs they narrow. Identity chains go once the bilinear skip is integer, so that the tail's epilogue
# finds its residual.
TO_HARDWARE: list[type[Transformation]] = [
    FoldConvolutions,
    FoldBilinearResize,
    RemoveIdentityChains,
    FoldEpilogues,
    FoldStreamEpilogues,
    NarrowStreams,
    FoldThresholds,
    FoldDepthToSpace,
    AbsorbConsecutiveTransposes,
    ChannelsLastBoundary,
    InsertStreamForks,
]

PIPELINE: dict[str, list[type[Transformation]]] = {
    "tidy": TIDY,
    "streamline": STREAMLINE,
    "pixel_shuffle": PIXEL_SHUFFLE,
    "to_hardware": TO_HARDWARE,
}
