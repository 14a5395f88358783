# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Streaming hardware operators, registered in FINN's own dictionaries.

FINN keeps its operators in `finn.custom_op.fpgadataflow` and their variants in `...hls` and `...rtl`; only
what stands in these dictionaries is seen by SpecializeLayers, the resource estimates, PrepareIP and
CreateStitchedIP. Importing this package registers ours there.
"""

from __future__ import annotations

import finn.custom_op.fpgadataflow as _abstract_registry
import finn.custom_op.fpgadataflow.hls as _hls_registry
import finn.custom_op.fpgadataflow.rtl as _rtl_registry

from bbcu_fpga.custom_op.bilinear_kernel import BilinearKernel
from bbcu_fpga.custom_op.depthwise_unit import DepthwiseUnit
from bbcu_fpga.custom_op.epilogue import Epilogue
from bbcu_fpga.custom_op.hls_variants import (
    BilinearKernel_hls,
    DepthwiseUnit_hls,
    Epilogue_hls,
    IntegerMVU_hls,
    LightCurve_hls,
    PixelShuffle_hls,
    PixelUnshuffle_hls,
    StreamFork_hls,
    Threshold_hls,
    WindowGenerator_hls,
    XnorPopcountMVU_hls,
)
from bbcu_fpga.custom_op.light_curve import LightCurve
from bbcu_fpga.custom_op.matrix_vector_unit import IntegerMVU, XnorPopcountMVU
from bbcu_fpga.custom_op.pixel_shuffle import PixelShuffle
from bbcu_fpga.custom_op.pixel_unshuffle import PixelUnshuffle
from bbcu_fpga.custom_op.rtl_variants import (
    BilinearKernel_rtl,
    DepthwiseUnit_rtl,
    Epilogue_rtl,
    IntegerMVU_rtl,
    LightCurve_rtl,
    PixelShuffle_rtl,
    PixelUnshuffle_rtl,
    StreamFork_rtl,
    Threshold_rtl,
    WindowGenerator_rtl,
    XnorPopcountMVU_rtl,
)
from bbcu_fpga.custom_op.stream_fork import StreamFork
from bbcu_fpga.custom_op.threshold import Threshold
from bbcu_fpga.custom_op.window_generator import WindowGenerator

OPERATORS = (
    WindowGenerator,
    XnorPopcountMVU,
    IntegerMVU,
    DepthwiseUnit,
    Epilogue,
    Threshold,
    PixelShuffle,
    PixelUnshuffle,
    BilinearKernel,
    LightCurve,
    StreamFork,
)
RTL_OPERATORS = (
    WindowGenerator_rtl,
    XnorPopcountMVU_rtl,
    IntegerMVU_rtl,
    DepthwiseUnit_rtl,
    Epilogue_rtl,
    Threshold_rtl,
    PixelShuffle_rtl,
    PixelUnshuffle_rtl,
    BilinearKernel_rtl,
    LightCurve_rtl,
    StreamFork_rtl,
)
HLS_OPERATORS = (
    WindowGenerator_hls,
    XnorPopcountMVU_hls,
    IntegerMVU_hls,
    DepthwiseUnit_hls,
    Epilogue_hls,
    Threshold_hls,
    PixelShuffle_hls,
    PixelUnshuffle_hls,
    BilinearKernel_hls,
    LightCurve_hls,
    StreamFork_hls,
)

for _operator in OPERATORS:
    _abstract_registry.register_custom_op(_operator)
for _operator in RTL_OPERATORS:
    _rtl_registry.register_custom_op(_operator)
for _operator in HLS_OPERATORS:
    _hls_registry.register_custom_op(_operator)
