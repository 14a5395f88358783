# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Matrix-vector units: XNOR-popcount for binary layers, multiply-accumulate for the 8-bit head and tail."""

from __future__ import annotations

from math import ceil, log2
from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import Stream, StreamOperator, Tensor, datatype
from bbcu_fpga.custom_op.memory import bram18s, rom_luts
from bbcu_fpga.numerics import IntArray, bipolar_to_bits, matrix_vector


class MatrixVectorUnit(StreamOperator):
    """[1, H, W, MW] x weights [MH, MW] -> accumulators [1, H, W, MH], PE rows and SIMD columns per cycle.

    Inputs: the stream of a window generator with the same SIMD, and the integer weights as initializer.
    """

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes: frame size, matrix size, folding and element types."""
        return {
            **super().get_nodeattr_types(),
            "MW": ("i", True, 0),
            "MH": ("i", True, 0),
            # channels of the layer's input: SIMD must not straddle two taps
            "channels": ("i", True, 0),
            "SIMD": ("i", False, 1),
            "PE": ("i", False, 1),
            "input_datatype": ("s", True, ""),
            "weight_datatype": ("s", True, ""),
            "accumulator_datatype": ("s", True, ""),
        }

    def output_streams(self) -> list[Stream]:
        """Return the stream of accumulators."""
        element = datatype(self.attribute("accumulator_datatype"))
        return [Stream(self.frame_shape(self.attribute("MH")), self.attribute("PE"), element)]

    def compute(self, *inputs: Tensor) -> Tensor:
        """Return the accumulators."""
        return matrix_vector(inputs[0], inputs[1])

    def fold_attributes(self) -> dict[str, int]:
        """SIMD divides the input channels, PE the output channels."""
        return {"SIMD": self.attribute("channels"), "PE": self.attribute("MH")}

    @property
    def synapse_fold(self) -> int:
        """Words per input vector, SF = MW / SIMD."""
        return int(self.attribute("MW") // self.attribute("SIMD"))

    @property
    def neuron_fold(self) -> int:
        """Words per output vector, NF = MH / PE."""
        return int(self.attribute("MH") // self.attribute("PE"))

    @property
    def weight_bits(self) -> int:
        """Bits of one weight."""
        return int(datatype(self.attribute("weight_datatype")).bitwidth())

    def weight_words(self, model: ModelWrapper) -> IntArray:
        """Return the weights as words [NF*SF, PE, SIMD]: address nf*SF + sf; +1 and -1 as bits 1 and 0."""
        pe, simd = self.attribute("PE"), self.attribute("SIMD")
        (weights,) = self.parameters(model)
        grid = weights.reshape(self.neuron_fold, pe, self.synapse_fold, simd)
        words = grid.transpose(0, 2, 1, 3).reshape(-1, pe, simd)
        return bipolar_to_bits(words) if self.weight_bits == 1 else words

    def get_exp_cycles(self) -> int:
        """H * W * NF * SF."""
        return self.pixels * self.neuron_fold * self.synapse_fold

    def get_op_and_param_counts(self) -> dict[str, int]:
        """Return multiply-accumulates and weights in FINN's format."""
        weights = self.attribute("MW") * self.attribute("MH")
        kind = f"{datatype(self.attribute('input_datatype')).bitwidth()}b_{self.weight_bits}b"
        return {f"op_mac_{kind}": self.pixels * weights, f"param_weight_{self.weight_bits}b": weights}

    def _weight_memory(self) -> tuple[int, int]:
        lanes = self.attribute("PE") * self.attribute("SIMD")
        return self.neuron_fold * self.synapse_fold, lanes * self.weight_bits

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the weights."""
        return bram18s(*self._weight_memory())


class XnorPopcountMVU(MatrixVectorUnit):
    """Binary layer: ``acc = 2*popcount(xnor(a, w)) - valid`` over the taps inside the image, which is exact.

    FINN types this accumulator too narrow and turns padded zeros into -1; here the type holds [-MW, MW], and
    a tap outside the image contributes nothing.
    """

    def input_streams(self) -> list[Stream]:
        """Return the stream of taps with its valid flag."""
        return [
            Stream(self.frame_shape(self.attribute("MW")), self.attribute("SIMD"), datatype("BIPOLAR"), 1)
        ]

    def lut_estimation(self, fpgapart: str) -> int:
        """About 1.8 LUT per lane for xnor and popcount tree, plus accumulators and weights in LUTs."""
        pe, simd = self.attribute("PE"), self.attribute("SIMD")
        accumulators = 2 * pe * datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(1.8 * pe * simd) + accumulators + 60 + rom_luts(*self._weight_memory())


class IntegerMVU(MatrixVectorUnit):
    """Integer layer (8-bit head and tail): multiply-accumulate on DSP blocks."""

    def input_streams(self) -> list[Stream]:
        """Return the stream of taps; those outside the image are 0."""
        element = datatype(self.attribute("input_datatype"))
        return [Stream(self.frame_shape(self.attribute("MW")), self.attribute("SIMD"), element)]

    def lut_estimation(self, fpgapart: str) -> int:
        """Adder tree, accumulators and weights in LUTs."""
        pe, simd = self.attribute("PE"), self.attribute("SIMD")
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        return int(pe * width * (1 + ceil(log2(simd + 1)))) + 60 + rom_luts(*self._weight_memory())

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per lane."""
        return int(self.attribute("PE") * self.attribute("SIMD"))
