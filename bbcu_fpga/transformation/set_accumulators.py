# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Where the binary layers accumulate: in DSP slices as long as the device has some to spare, else in LUTs."""

from __future__ import annotations

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from bbcu_fpga.custom_op.matrix_vector_unit import XnorPopcountMVU

_NO_PART = ""  # the estimates are those of any 7-series part


class SetAccumulators(Transformation):
    """Set `accumulator` of every XNOR-popcount unit, the layers that save most LUTs per slice first.

    A slice takes the accumulators of four rows, one LUT per bit each. What the products of integer layers
    and the epilogues need of `dsps` is not given away. Values are the same either way.
    """

    def __init__(self, dsps: int) -> None:
        """Take the DSP slices that the design may use in all."""
        super().__init__()
        self.dsps = dsps

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Return the graph; it is complete after one pass."""
        operators = [getCustomOp(node) for node in model.graph.node]
        units = [operator for operator in operators if isinstance(operator, XnorPopcountMVU)]
        for unit in units:
            unit.set_nodeattr("accumulator", "lut")
        spare = self.dsps - sum(int(operator.dsp_estimation(_NO_PART)) for operator in operators)
        for unit in sorted(units, key=_saved, reverse=True):
            unit.set_nodeattr("accumulator", "dsp")
            needed = unit.dsp_estimation(_NO_PART)
            if unit.fits_dsp() and needed <= spare:
                spare -= needed
            else:
                unit.set_nodeattr("accumulator", "lut")
        return model, False


def _saved(unit: XnorPopcountMVU) -> float:
    """Return the LUTs that each slice saves; less where PE is no multiple of four."""
    rows = unit.attribute("PE")
    return float(rows * int(unit.attribute("MW")).bit_length() / -(-rows // 4))
