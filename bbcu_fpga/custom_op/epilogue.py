# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The epilogue: everything a unit does between its accumulator and the trunk, in integers."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from qonnx.core.datatype import BaseDataType
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import Stream, StreamOperator, Tensor, datatype, integer_type
from bbcu_fpga.custom_op.memory import bram18s, rom_luts
from bbcu_fpga.numerics import IntArray, PiecewiseLinear, epilogue


def function_tensor(function: PiecewiseLinear) -> Tensor:
    """Return the per-channel numbers of a function as an initializer, int64 [5, C]."""
    return np.stack([getattr(function, name) for name in PiecewiseLinear.FIELDS]).astype(np.int64)


def function_from_tensor(tensor: Tensor, shift: int, low: int, high: int) -> PiecewiseLinear:
    """Undo `function_tensor`: [5, C] -> the function with this shift and range."""
    fields = dict(zip(PiecewiseLinear.FIELDS, tensor.astype(np.int64), strict=True))
    return PiecewiseLinear(**fields, shift=shift, low=low, high=high)


def field_bits(tensor: Tensor) -> list[int]:
    """Return the signed width of each row of a function tensor (see `function_tensor`)."""
    return [
        integer_type(min(int(row.min()), -1), int(row.max())).bitwidth() for row in tensor.astype(np.int64)
    ]


@dataclass(frozen=True)
class FunctionFields:
    """The numbers of `pre` or `post` as hardware keeps them: `rows` [5, C], and the narrowest field widths.

    The slopes of both sides share one width, and so do the offsets.
    """

    rows: IntArray
    break_bits: int
    slope_bits: int
    offset_bits: int

    @classmethod
    def of(cls, rows: IntArray) -> FunctionFields:
        """Return the fields of a function tensor (see `function_tensor`)."""
        point, slope_above, offset_above, slope_below, offset_below = field_bits(rows)
        return cls(rows, point, max(slope_above, slope_below), max(offset_above, offset_below))

    @property
    def widths(self) -> list[int]:
        """Bits of each row."""
        return [self.break_bits, *[self.slope_bits, self.offset_bits] * 2]


class Epilogue(StreamOperator):
    """``post(saturate(pre(accumulator) + residual))`` per channel (`bbcu_fpga.numerics.epilogue`).

    Inputs: accumulators [1, H, W, M]; the residual [1, H, W, M/repeat] if `residual` = 1; the numbers of
    `pre` and, if `post` = 1, of `post` as initializers [5, M] (`function_tensor`). BBCU V4 needs only `pre`
    (alpha and RPReLU); an activation after the addition is `post`; the up-sampling unit repeats the residual
    r*r times.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: sizes, folding, stream types, shifts and ranges of the two functions."""
        return {
            **super().get_nodeattr_types(),
            "channels": ("i", True, 0),
            "PE": ("i", False, 1),
            "accumulator_datatype": ("s", True, ""),
            "residual": ("i", True, 0, {0, 1}),
            "residual_datatype": ("s", False, ""),
            "repeat": ("i", False, 1),
            "pre_shift": ("i", True, 0),
            "sum_low": ("i", True, 0),
            "sum_high": ("i", True, 0),
            "post": ("i", True, 0, {0, 1}),
            "post_shift": ("i", False, 0),
            "out_low": ("i", True, 0),
            "out_high": ("i", True, 0),
        }

    def input_streams(self) -> list[Stream]:
        """Return the accumulators and, if there is one, the residual."""
        channels, lanes = self.attribute("channels"), self.attribute("PE")
        streams = [
            Stream(self.frame_shape(channels), lanes, datatype(self.attribute("accumulator_datatype")))
        ]
        if self.attribute("residual"):
            shape = self.frame_shape(channels // self.attribute("repeat"))
            streams.append(Stream(shape, lanes, datatype(self.attribute("residual_datatype"))))
        return streams

    def output_streams(self) -> list[Stream]:
        """Return the result stream."""
        element = integer_type(self.attribute("out_low"), self.attribute("out_high"))
        return [Stream(self.frame_shape(self.attribute("channels")), self.attribute("PE"), element)]

    @property
    def sum_datatype(self) -> BaseDataType:
        """Element type of the saturated sum: signed, whatever its range."""
        return integer_type(min(self.attribute("sum_low"), -1), self.attribute("sum_high"))

    def functions(self, *parameters: Tensor) -> tuple[PiecewiseLinear, PiecewiseLinear | None]:
        """Return pre and post of the node's parameter tensors [5, M]."""
        sum_range = self.attribute("sum_low"), self.attribute("sum_high")
        pre = function_from_tensor(parameters[0], self.attribute("pre_shift"), *sum_range)
        if not self.attribute("post"):
            return pre, None
        out_range = self.attribute("out_low"), self.attribute("out_high")
        return pre, function_from_tensor(parameters[1], self.attribute("post_shift"), *out_range)

    def function_fields(self, model: ModelWrapper) -> list[FunctionFields]:
        """Return the numbers of pre and, if there is one, of post."""
        return [FunctionFields.of(rows) for rows in self.parameters(model)]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the result."""
        has_residual = self.attribute("residual")
        pre, post = self.functions(*inputs[1 + has_residual :])
        return epilogue(inputs[0], pre, inputs[1] if has_residual else None, post)

    def fold_attributes(self) -> dict[str, int]:
        """PE divides the channels of the residual, hence all channels."""
        return {"PE": self.attribute("channels") // self.attribute("repeat")}

    def get_exp_cycles(self) -> int:
        """One word per cycle: H * W * M/PE."""
        return self.output_streams()[0].words

    def _parameter_memory(self) -> tuple[int, int]:
        # widths are known only with the parameters; slope, offset and breakpoint of both sides, as typically
        # found
        bits = (
            5
            * (datatype(self.attribute("accumulator_datatype")).bitwidth() + 8)
            * (1 + self.attribute("post"))
        )
        return self.attribute("channels") // self.attribute("PE"), self.attribute("PE") * bits

    def lut_estimation(self, fpgapart: str) -> int:
        """Selection, rounding, saturation and the addition, per lane; parameters in LUTs."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(self.attribute("PE") * (1 + self.attribute("post")) * 6 * width) + rom_luts(
            *self._parameter_memory()
        )

    def ff_estimation(self, fpgapart: str) -> int:
        """Slope, offset, product and sum of each function and lane; the residual on its way."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        per_lane = (1 + self.attribute("post")) * 8 * width
        if self.attribute("residual"):
            per_lane += 6 * datatype(self.attribute("residual_datatype")).bitwidth()
        return int(self.attribute("PE") * per_lane) + 40

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the parameters."""
        return bram18s(*self._parameter_memory())

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per function and lane, more where the accumulator exceeds its 18-bit port."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(self.attribute("PE") * (ceil(width / 25) + self.attribute("post")))
