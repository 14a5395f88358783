# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""depthwise_unit: each channel sums its own taps, of bits inside the image or of integers; no bubble."""

from __future__ import annotations

import numpy as np
import pytest

from bbcu_fpga.numerics import depthwise, extract_windows
from tests.operators.bench import Bench, in_both_forms, operator
from tests.operators.streams import dirty_padding, flagged_windows, pack_folded, random_integers

HEIGHT, WIDTH, FRAMES = 2, 3, 2
PIXELS = HEIGHT * WIDTH * FRAMES
# channels, kernel, bits and sign of the input, bits of a weight; one bit each is a binary layer
CASES = [(5, 3, 1, 0, 1), (3, 3, 8, 0, 8), (2, 3, 12, 1, 8), (1, 1, 4, 1, 3)]


def signs(bits: np.ndarray) -> np.ndarray:
    return 2 * bits - 1


@pytest.mark.parametrize(
    ("form", "channels", "kernel", "in_bits", "signed", "weight_bits"),
    in_both_forms(CASES, hls=(0,), slow=(1, 3)),
)
def test_accumulators(
    bench: Bench, form: str, channels: int, kernel: int, in_bits: int, signed: int, weight_bits: int
) -> None:
    rng, binary = np.random.default_rng(channels), weight_bits == 1
    image = random_integers(rng, (FRAMES, HEIGHT, WIDTH, channels), in_bits, bool(signed))
    weights = random_integers(rng, (channels, kernel**2), weight_bits, signed=not binary)
    if binary:
        words = flagged_windows(image, kernel, channels, in_bits)
        expected = depthwise(extract_windows(signs(image), kernel), signs(weights))
    else:
        weights[0], image[0] = -(1 << (weight_bits - 1)), image.min() if signed else image.max()
        windows = extract_windows(image, kernel)
        words, expected = pack_folded(windows, channels, in_bits), depthwise(windows, weights)
    acc_bits = int(np.abs(expected).max()).bit_length() + 1
    model = operator(
        "DepthwiseUnit",
        {"weights": signs(weights) if binary else weights},
        height=HEIGHT,
        width=WIDTH,
        channels=channels,
        taps=kernel**2,
        input_datatype="BIPOLAR" if binary else f"{'' if signed else 'U'}INT{in_bits}",
        weight_datatype="BIPOLAR" if binary else f"INT{weight_bits}",
        accumulator_datatype=f"INT{acc_bits}",
    )
    dut = bench.node(form, model)
    inputs = {"in0": dirty_padding(rng, words, channels * in_bits + binary)}
    outputs = {"out0": pack_folded(expected, channels, acc_bits)}
    result = bench.run_with_rests(dut, inputs, outputs, frames=FRAMES)
    if dut.has_cycles:
        assert result.transfer_cycles["out0"][0] - result.transfer_cycles["in0"][kernel**2 - 1] == 3
        assert set(np.diff(result.transfer_cycles["out0"])) == {kernel**2}
