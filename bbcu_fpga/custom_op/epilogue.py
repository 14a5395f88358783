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

from bbcu_fpga.custom_op.base import StreamOperator, datatype, integer_type
from bbcu_fpga.custom_op.memory import bram18s, lutram_luts, rom_columns, rom_style
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import IntArray, PiecewiseLinear, epilogue

# Widths of parameters as trained networks have them: they are known only with the parameters.
_BREAK_BITS, _SLOPE_BITS, _OFFSET_BITS = 4, 17, 19
_FIELD_BITS = _BREAK_BITS + 2 * (_SLOPE_BITS + _OFFSET_BITS)
_COLUMN_LUTS = 1.25  # of a column of a parameter memory: to yosys it is logic


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
        """Return the depth and width of the memory of one function's numbers."""
        return self.attribute("channels") // self.attribute("PE"), self.attribute("PE") * _FIELD_BITS

    def _bits(self) -> tuple[int, int, int, int]:
        """Return the bits of an accumulator, of a residual (0: there is none), of a sum and of a result."""
        residual = self.attribute("residual")
        kept = datatype(self.attribute("residual_datatype")).bitwidth() if residual else 0
        accumulator = datatype(self.attribute("accumulator_datatype")).bitwidth()
        (result,) = self.output_streams()
        return accumulator, kept, self.sum_datatype.bitwidth(), result.datatype.bitwidth()

    def _replay_memory(self) -> tuple[int, int]:
        """Return the depth and width of the buffer of a residual that is repeated."""
        repeat, lanes = self.attribute("repeat"), self.attribute("PE")
        depth = self.attribute("channels") // lanes // repeat if repeat > 1 else 0
        return depth, lanes * self._bits()[1]

    def lut_estimation(self, fpgapart: str) -> int:
        """Per lane and function the choice of a side, comparison and rounding; the sum; the parameters."""
        lanes, functions = self.attribute("PE"), 1 + self.attribute("post")
        accumulator, residual, total, _ = self._bits()
        folds, width = self._parameter_memory()
        choice = _SLOPE_BITS + _OFFSET_BITS if folds > 1 else 0
        function = choice + 4 + 2 * max(accumulator - 12, 0)
        columns = int(_COLUMN_LUTS * rom_columns(folds, width)) if self._parameters_in_luts() else 0
        limits_and_sum = 5 + (residual + total if residual else 0)
        control = 10 + 2 * (folds - 1).bit_length() + lutram_luts(*self._replay_memory())
        return int(lanes * (functions * function + limits_and_sum) + functions * columns + control)

    def ff_estimation(self, fpgapart: str) -> int:
        """Per lane the accumulator, the residual, the sum before and after, offsets; the parameters' columns.

        Products and what is added to them are registers of the DSP slices.
        """
        lanes, functions = self.attribute("PE"), 1 + self.attribute("post")
        accumulator, residual, total, result = self._bits()
        folds, width = self._parameter_memory()
        offset = _OFFSET_BITS if folds > 1 else 1
        lane = accumulator + residual + 2 * total + functions * offset + self.attribute("post") * result
        columns = rom_columns(folds, width) if self._parameters_in_luts() else 0
        return int(lanes * lane + functions * columns + 5 + 8 * functions)

    def _parameters_in_luts(self) -> bool:
        return bool(rom_style(*self._parameter_memory()) == "distributed")

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the parameters of each function, and of a residual that is repeated."""
        functions = 1 + self.attribute("post")
        return int(functions * bram18s(*self._parameter_memory()) + bram18s(*self._replay_memory()))

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per function and lane, more where the accumulator exceeds its 18-bit port."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(self.attribute("PE") * (ceil(width / 25) + self.attribute("post")))
