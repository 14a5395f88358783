# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Matrix-vector units: XNOR-popcount for binary layers, multiply-accumulate for the 8-bit head and tail."""

from __future__ import annotations

from math import ceil
from typing import Any

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.base import StreamOperator, datatype
from bbcu_fpga.custom_op.memory import bram18s, lutram_luts, rom_bram18s, rom_columns, rom_style
from bbcu_fpga.custom_op.stream import Stream, Tensor
from bbcu_fpga.numerics import IntArray, bipolar_to_bits, matrix_vector

_DSP_LANE_BITS = 12  # of a DSP48 that adds four numbers at once


def bit_count_luts(bits: int) -> int:
    """Return the LUTs of `rtl/bit_count.sv`."""
    if bits <= 3:
        return int(bits > 1)
    if bits <= 11:
        return 2 if bits <= 7 else 4
    width = bits.bit_length()
    low = (1 << (width - 1)) - 1
    return bit_count_luts(low) + bit_count_luts(bits - 1 - low) + width - 1


def _leaves(simd: int) -> int:
    return ceil(simd / 3)


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
            # where the weights are; auto: LUTs if they are few, else block RAM
            "ram_style": ("s", False, "auto", {"auto", "distributed", "block", "baked"}),
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

    def weight_memory(self) -> tuple[int, int]:
        """Return the depth and width of the weight memory."""
        lanes = self.attribute("PE") * self.attribute("SIMD")
        return self.neuron_fold * self.synapse_fold, lanes * self.weight_bits

    def weight_style(self) -> str:
        """Return the key in `memory.ROM_STYLES` of the weights."""
        chosen = self.attribute("ram_style")
        return rom_style(*self.weight_memory()) if chosen == "auto" else str(chosen)

    def bram_estimation(self, fpgapart: str) -> int:
        """18 Kb block RAMs of the weights, and of a long vector that is repeated."""
        weights = rom_bram18s(*self.weight_memory()) if self.weight_style() == "block" else 0
        return weights + bram18s(*self._replay_memory())

    def _beat_bits(self) -> int:
        """Return the bits of a word of the input, its flag included."""
        (stream,) = self.input_streams()
        return stream.width

    def _replay_memory(self) -> tuple[int, int]:
        """Return the depth and width of the buffer of a vector that is repeated for each output word."""
        return self.synapse_fold if self.neuron_fold > 1 else 0, self._beat_bits()

    def _counter_bits(self) -> int:
        """Return the bits of the weight address and of the position in the vector, which may be the same."""
        position = (self.synapse_fold - 1).bit_length()
        if self.neuron_fold == 1:
            return position
        return (self.synapse_fold * self.neuron_fold - 1).bit_length() + position

    def _sequencer_luts(self) -> int:
        """Two LUTs per counter bit; the buffer."""
        return 2 + 2 * self._counter_bits() + lutram_luts(*self._replay_memory())

    def _sequencer_registers(self) -> int:
        """Counters, twice if vectors are repeated, flags of all stages; the word, if not of a block RAM."""
        counters = (2 if self.neuron_fold > 1 else 1) * self._counter_bits()
        return counters + 15 + (0 if bram18s(*self._replay_memory()) else self._beat_bits())

    def _weight_luts(self) -> int:
        """One LUT6 per 64 words and different column, and what selects among more than four of them.

        Of a column of one LUT yosys makes a seventh more: what is never written is logic to it.
        """
        if self.weight_style() != "distributed":
            return 0
        depth, width = self.weight_memory()
        parts = ceil(depth / 64)
        per_column = 1.14 if parts == 1 else parts + (parts > 4)
        return int(per_column * min(width, 1 << min(depth, 64)))

    def _weight_registers(self) -> int:
        """Return those of weights that are read through a register; a block RAM has it inside."""
        depth, width = self.weight_memory()
        registers = {"distributed": rom_columns(depth, width), "baked": (depth - 1).bit_length()}
        return registers.get(self.weight_style(), 0)


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

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Return the attributes, and where rows are accumulated: in LUTs, or four to a DSP slice."""
        return {**super().get_nodeattr_types(), "accumulator": ("s", False, "lut", {"lut", "dsp"})}

    def fits_dsp(self) -> bool:
        """Tell whether a DSP slice can accumulate: 12 bits, and room for the start value between two counts.

        The same conditions as in `rtl/xnor_popcount_accumulators.sv`.
        """
        columns, bits = self.attribute("MW"), _leaves(self.attribute("SIMD")).bit_length()
        start = -((columns + 1) // 2)
        ones, twos = (1 << bits) - 1, (2 << bits) - 1
        return int(columns).bit_length() <= _DSP_LANE_BITS and not start & ones & twos

    def lut_estimation(self, fpgapart: str) -> int:
        """Leaves of three lanes, counts of their two bits, accumulators, sequencer, weights in LUTs."""
        pe, simd = self.attribute("PE"), self.attribute("SIMD")
        leaves = 2 * (simd // 3) + (simd % 3 > 0)
        sums = int(self.attribute("MW")).bit_length() if self.attribute("accumulator") == "lut" else 0
        row = leaves + 2 * bit_count_luts(_leaves(simd)) + sums
        return int(pe * row) + self._sequencer_luts() + self._weight_luts()

    def ff_estimation(self, fpgapart: str) -> int:
        """Two bits per leaf, two counts and a sum per row; the sequencer; weights in LUTs."""
        pe, leaves = self.attribute("PE"), _leaves(self.attribute("SIMD"))
        sums = int(self.attribute("MW")).bit_length() if self.attribute("accumulator") == "lut" else 0
        row = 2 * leaves + 2 * leaves.bit_length() + sums
        return int(pe * row) + self._sequencer_registers() + self._weight_registers()

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per four rows, if they accumulate there."""
        return ceil(self.attribute("PE") / 4) if self.attribute("accumulator") == "dsp" else 0


class IntegerMVU(MatrixVectorUnit):
    """Integer layer (8-bit head and tail): multiply-accumulate on DSP blocks."""

    def input_streams(self) -> list[Stream]:
        """Return the stream of taps; those outside the image are 0."""
        element = datatype(self.attribute("input_datatype"))
        return [Stream(self.frame_shape(self.attribute("MW")), self.attribute("SIMD"), element)]

    def _sum_bits(self) -> int:
        """Return the bits of the sum of a word's products."""
        element = datatype(self.attribute("input_datatype"))
        operand = element.bitwidth() + (not element.signed())
        return int(operand + self.weight_bits + (self.attribute("SIMD") - 1).bit_length())

    def lut_estimation(self, fpgapart: str) -> int:
        """Two LUTs per bit of an accumulator, one to add each further pair; the sequencer, weights."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        pairs = ceil(self.attribute("SIMD") / 2)
        row = 2 * width + (pairs - 1) * self._sum_bits()
        return int(self.attribute("PE") * row) + self._sequencer_luts() + self._weight_luts()

    def ff_estimation(self, fpgapart: str) -> int:
        """Accumulators, sums of pairs, the sequencer, weights in LUTs; up to a pair all is in DSP slices."""
        width = datatype(self.attribute("accumulator_datatype")).bitwidth()
        pairs = ceil(self.attribute("SIMD") / 2)
        levels = (pairs - 1).bit_length()
        sums = sum(ceil(pairs / (2 << level)) for level in range(levels))
        stages = 3 * (min(self.attribute("SIMD"), 2) + levels)  # valid, first, last
        registers = int(self.attribute("PE") * (width + sums * self._sum_bits()) + stages)
        return registers + self._sequencer_registers() + self._weight_registers()

    def dsp_estimation(self, fpgapart: str) -> int:
        """One DSP48 per lane."""
        return int(self.attribute("PE") * self.attribute("SIMD"))
