# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bodies: the same number of convolutions in the unit of one's choice."""

from collections.abc import Callable

from torch import Tensor, nn

from brevitas_models.units.arithmetic import Arithmetic
from brevitas_models.units.bbcu import ActivatedSumUnit, BodyUnit
from brevitas_models.units.comparisons import BiRealUnit, BNNUnit, IRNetUnit, ReActNetUnit
from brevitas_models.units.e2fif import E2FIFBlock
from brevitas_models.units.full_precision import PlainConv, ResidualBlock
from brevitas_models.units.gam import GAMBlock

FULL_PRECISION = "full_precision"
UnitFactory = Callable[[int, Arithmetic, nn.Module], nn.Module]


def _v1(channels: int, arithmetic: Arithmetic, trunk: nn.Module) -> nn.Module:
    return ActivatedSumUnit(channels, arithmetic, trunk, normalized=True)


def _v2(channels: int, arithmetic: Arithmetic, trunk: nn.Module) -> nn.Module:
    return ActivatedSumUnit(channels, arithmetic, trunk, normalized=False)


def _plain(unit: Callable[[int, nn.Module], nn.Module]) -> UnitFactory:
    return lambda channels, arithmetic, trunk: unit(channels, trunk)


# units with a skip of their own around each convolution
SINGLE: dict[str, UnitFactory] = {
    "bbcu_v1": _v1,
    "bbcu_v2": _v2,
    "bbcu_v3": _v2,
    "bbcu_v4": _plain(BodyUnit),
    "bireal": _plain(BiRealUnit),
    "irnet": _plain(IRNetUnit),
    "reactnet": ReActNetUnit,
}
# blocks of two convolutions
PAIRED: dict[str, UnitFactory] = {"e2fif": _plain(E2FIFBlock), "gam": _plain(GAMBlock)}
UNITS = (*SINGLE, *PAIRED, "bnn", FULL_PRECISION)
ALIGNED = ("bbcu_v3", "bbcu_v4", *PAIRED)  # units in a network with residual alignment


class SkippedPair(nn.Module):
    """x + second(first(x)): the backbone's own skip around two units that have none."""

    def __init__(self, first: nn.Module, second: nn.Module, trunk: nn.Module) -> None:
        super().__init__()
        self.first, self.second, self.trunk = first, second, trunk

    def forward(self, x: Tensor) -> Tensor:
        return self.trunk(x + self.second(self.first(x)))


def make_body(
    unit: str,
    channels: int,
    convs: int,
    arithmetic: Arithmetic,
    trunk: nn.Module,
    *,
    skips: bool = True,
    bias: bool = True,
) -> nn.Sequential:
    """Return `convs` convolutions in the named unit, float32 (N, C, H, W) to the same shape.

    Args:
        unit: one of UNITS.
        channels: channels C.
        convs: number of 3x3 convolutions; even where a block holds two.
        arithmetic, trunk: of the network.
        skips: whether the full-precision backbone has residual blocks; if not (DnCNN), units without a skip
            of their own stand in a plain chain.
        bias: whether convolutions of such a full-precision chain have one.

    Raises:
        ValueError: the unit is unknown, or an odd number of convolutions does not fill its blocks.
    """
    if unit not in UNITS:
        raise ValueError(f"unit {unit!r} is unknown; choose from {', '.join(UNITS)}")
    if unit in SINGLE:
        return nn.Sequential(*(SINGLE[unit](channels, arithmetic, trunk) for _ in range(convs)))
    if unit not in PAIRED and not skips:
        return nn.Sequential(*(_chained(unit, channels, arithmetic, trunk, bias) for _ in range(convs)))
    if convs % 2:
        raise ValueError(
            f"unit {unit!r} comes in blocks of two convolutions; {convs} is odd, use {convs + 1}"
        )
    return nn.Sequential(*(_pair(unit, channels, arithmetic, trunk) for _ in range(convs // 2)))


def _chained(unit: str, channels: int, arithmetic: Arithmetic, trunk: nn.Module, bias: bool) -> nn.Module:
    if unit == FULL_PRECISION:
        return PlainConv(channels, channels, arithmetic, trunk, bias=bias)
    return BNNUnit(channels, trunk)


def _pair(unit: str, channels: int, arithmetic: Arithmetic, trunk: nn.Module) -> nn.Module:
    if unit in PAIRED:
        return PAIRED[unit](channels, arithmetic, trunk)
    if unit == FULL_PRECISION:
        return ResidualBlock(channels, arithmetic, trunk)
    return SkippedPair(BNNUnit(channels, trunk), BNNUnit(channels, trunk), trunk)
