# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The convolution units of the three papers, one family per file, and those they are compared with."""

from brevitas_models.units.arithmetic import LEAKY_SLOPE, PIXEL_MAXIMUM, Arithmetic, WideConv
from brevitas_models.units.bbcu import (
    ActivatedSumUnit,
    BinaryBranch,
    BodyUnit,
    HeadUnit,
    RPReLU,
    UpsamplingUnit,
)
from brevitas_models.units.bilinear import bilinear
from brevitas_models.units.binary import BinaryConv
from brevitas_models.units.body import ALIGNED, FULL_PRECISION, UNITS, make_body
from brevitas_models.units.comparisons import BalancedConv, BiRealUnit, BNNUnit, IRNetUnit, ReActNetUnit
from brevitas_models.units.e2fif import (
    E2FIFBlock,
    E2FIFConv,
    E2FIFUnit,
    E2FIFUpsampler,
    NormedConv,
    ShuffleTail,
)
from brevitas_models.units.frozen import FrameNorm, Freezing, FrozenBatchNorm
from brevitas_models.units.full_precision import PlainConv, PlainUpsampling, ResidualBlock, SeparableConv
from brevitas_models.units.gam import GAMBlock, GAMConv, GAMUnit, SeparableUnit
from brevitas_models.units.staged import StagedConv, set_stage, staged_convs

__all__ = [
    "ALIGNED",
    "FULL_PRECISION",
    "LEAKY_SLOPE",
    "PIXEL_MAXIMUM",
    "UNITS",
    "ActivatedSumUnit",
    "Arithmetic",
    "BNNUnit",
    "BalancedConv",
    "BiRealUnit",
    "BinaryBranch",
    "BinaryConv",
    "BodyUnit",
    "E2FIFBlock",
    "E2FIFConv",
    "E2FIFUnit",
    "E2FIFUpsampler",
    "FrameNorm",
    "Freezing",
    "FrozenBatchNorm",
    "GAMBlock",
    "GAMConv",
    "GAMUnit",
    "HeadUnit",
    "IRNetUnit",
    "NormedConv",
    "PlainConv",
    "PlainUpsampling",
    "RPReLU",
    "ReActNetUnit",
    "ResidualBlock",
    "SeparableConv",
    "SeparableUnit",
    "ShuffleTail",
    "StagedConv",
    "UpsamplingUnit",
    "WideConv",
    "bilinear",
    "make_body",
    "set_stage",
    "staged_convs",
]
