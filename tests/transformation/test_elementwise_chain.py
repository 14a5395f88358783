# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""elementwise_chain: tables hold what execution gives, for every integer of every channel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import ExactnessError
from bbcu_fpga.numerics import IntArray
from bbcu_fpga.transformation import elementwise_chain
from bbcu_fpga.transformation.elementwise_chain import ElementwiseChain, chain_from, only_consumer, thresholds
from bbcu_fpga.transformation.fit_piecewise_linear import StepTable
from tests.transformation.graphs import Network, outputs

CHANNELS, LOW, HIGH = 4, -70, 80
RANDOM = np.random.default_rng(5)
SLOPES = RANDOM.uniform(-0.5, 1.5, CHANNELS)
GAINS = np.array([0.37, -0.21, 1.9, 0.05])
SHIFTS = RANDOM.normal(0, 3, CHANNELS)

Body = Callable[[Network, str], str]


def chain_of(body: Body) -> ElementwiseChain:
    """Return the chain that `body` writes; its input takes all integers LOW..HIGH in a row of pixels."""
    network = Network(CHANNELS, 1, HIGH - LOW + 1, "INT8")
    chain = chain_from(network.model(body(network, "in0")), "in0")
    assert chain is not None
    return chain


def executed(model: ModelWrapper) -> IntArray:
    """Return what execution gives, [C, inputs]."""
    inputs = np.arange(LOW, HIGH + 1, dtype=np.float32)
    grid = np.ascontiguousarray(np.broadcast_to(inputs, (1, CHANNELS, 1, inputs.size)))
    return outputs(model, grid)[0, :, 0].astype(np.int64)


def expanded(table: StepTable) -> IntArray:
    """Return the level at every input of a table, which must be without gaps."""
    assert (table.first[1:] == table.last[:-1] + 1).all()
    return np.repeat(table.level, table.last - table.first + 1)


def full_tables(chain: ElementwiseChain) -> list[StepTable]:
    return chain.tables(CHANNELS, np.full(CHANNELS, LOW), np.full(CHANNELS, HIGH))


def rprelu(net: Network, x: str) -> str:
    x = net.elementwise("Add", net.elementwise("Mul", x, GAINS), SHIFTS)
    return net.quant(net.elementwise("Add", net.elementwise("PRelu", x, SLOPES), -SHIFTS))


BODIES: dict[str, Body] = {
    "quantizer alone": lambda net, x: net.quant(x, bits=5),
    "scales": lambda net, x: net.quant(net.elementwise("Div", net.elementwise("Mul", x, GAINS), 0.5)),
    "RPReLU": rprelu,
    "leaky": lambda net, x: net.quant(net.node("LeakyRelu", net.elementwise("Sub", x, 4.5), alpha=0.125)),
    "activation first": lambda net, x: net.quant(
        net.elementwise("Mul", net.elementwise("PRelu", x, SLOPES), 0.3)
    ),
    "relu to unsigned": lambda net, x: net.quant(
        net.node("Relu", net.elementwise("Mul", x, 0.3)), bits=4, signed=False
    ),
    "sign": lambda net, x: net.sign(net.elementwise("Add", net.elementwise("Mul", x, 0.25), SHIFTS)),
    "two activations that bend together": lambda net, x: net.quant(
        net.elementwise(
            "PRelu", net.node("LeakyRelu", net.elementwise("Mul", x, 0.5), alpha=0.25), abs(SLOPES)
        )
    ),
}


# 151 inputs: the last one is alone in its chunk of 6
@pytest.mark.parametrize("chunk", [1 << 15, 7, 6])
@pytest.mark.parametrize("name", BODIES)
def test_tables_hold_every_executed_integer(name: str, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elementwise_chain, "_CHUNK", chunk)
    chain = chain_of(BODIES[name])
    np.testing.assert_array_equal([expanded(table) for table in full_tables(chain)], executed(chain.model))


def test_each_channel_has_its_own_range() -> None:
    chain = chain_of(rprelu)
    low, high = np.array([LOW, -5, 0, 33]), np.array([HIGH, 5, 0, 61])
    expected = executed(chain.model)
    for channel, table in enumerate(chain.tables(CHANNELS, low, high)):
        assert (table.first[0], table.last[-1]) == (low[channel], high[channel])
        part = slice(low[channel] - LOW, high[channel] - LOW + 1)
        np.testing.assert_array_equal(expanded(table), expected[channel, part])


def test_a_range_ends_anywhere() -> None:
    chain = chain_of(BODIES["scales"])
    expected = executed(chain.model)
    for end in range(20):
        for channel, table in enumerate(
            chain.tables(CHANNELS, np.zeros(CHANNELS), np.array([end, 40, 40, 40]))
        ):
            last = 40 if channel else end
            assert table.first[-1] <= last
            np.testing.assert_array_equal(expanded(table), expected[channel, -LOW : last - LOW + 1])


def test_the_breakpoint_is_where_the_activation_bends() -> None:
    for channel, table in enumerate(full_tables(chain_of(rprelu))):
        inputs = np.arange(LOW, HIGH + 1).astype(np.float32)
        bent = inputs * np.float32(GAINS[channel]) + np.float32(SHIFTS[channel]) >= 0
        changes = inputs[np.flatnonzero(np.diff(bent)) + 1]
        assert changes.size == 1
        assert table.breakpoint == changes[0]
        assert table.breakpoint in table.first  # no run straddles it


def test_without_activation_there_is_one_piece() -> None:
    assert {table.breakpoint for table in full_tables(chain_of(BODIES["scales"]))} == {LOW}


def test_more_than_one_bend_is_refused() -> None:
    def twice(net: Network, x: str) -> str:
        x = net.node("Relu", net.elementwise("Sub", x, 10.0))
        return net.quant(net.elementwise("PRelu", net.elementwise("Sub", x, 7.5), SLOPES))

    with pytest.raises(
        ExactnessError, match=r"^node Quant_4, channel 0: bends at \[10, 18\], one breakpoint"
    ):
        full_tables(chain_of(twice))


def test_ranges_of_quantizers() -> None:
    def levels(**options: int | bool) -> tuple[int, int]:
        return chain_of(lambda net, x: net.quant(x, **options)).output_range

    assert levels(bits=8) == (-128, 127)
    assert levels(bits=11) == (-1024, 1023)
    assert levels(bits=8, signed=False) == (0, 255)
    assert chain_of(lambda net, x: net.sign(x)).output_range == (-1, 1)


def test_any_clip_narrows_the_range() -> None:
    def clipped(net: Network, x: str) -> str:
        return net.quant(
            net.elementwise("Mul", net.node("Clip", x, net.constant(-3.0), net.constant(5.0)), 2.0)
        )

    chain = chain_of(clipped)
    assert chain.clips
    assert chain.output_range == (-6, 10)
    assert not chain_of(BODIES["scales"]).clips


def test_thresholds_are_the_first_positive_inputs() -> None:
    chain = chain_of(BODIES["sign"])
    bits = executed(chain.model)
    found, falling = thresholds(full_tables(chain), "node")
    np.testing.assert_array_equal(found, LOW + (bits > 0).argmax(axis=1))
    assert not falling.any()


def test_thresholds_that_never_or_always_fire() -> None:
    shifts = np.array([1e4, -1e4, HIGH * -1.0, -LOW])
    chain = chain_of(lambda net, x: net.sign(net.elementwise("Add", x, shifts)))
    found, falling = thresholds(full_tables(chain), "node")
    assert found.tolist() == [LOW, HIGH + 1, HIGH, LOW]
    assert not falling.any()


def test_a_falling_sign_is_told() -> None:
    chain = chain_of(lambda net, x: net.sign(net.elementwise("Mul", x, np.array([1, 1, -1, -1]))))
    found, falling = thresholds(full_tables(chain), "binarize")
    assert falling.tolist() == [False, False, True, True]
    assert found.tolist() == [0, 0, 1, 1], "the sign of 0 is +1"


def test_a_bend_does_not_hide_how_the_sign_changes() -> None:
    chain = chain_of(
        lambda net, x: net.sign(
            net.elementwise("Add", net.elementwise("PRelu", x, np.full(CHANNELS, 0.5)), -5.0)
        )
    )
    found, falling = thresholds(full_tables(chain), "node")
    assert found.tolist() == [5] * CHANNELS
    assert not falling.any()


def test_a_sign_that_changes_twice_is_refused() -> None:
    def bent(network: Network, x: str) -> str:
        return network.sign(
            network.elementwise("Add", network.elementwise("PRelu", x, [1.0, 1.0, -1.0, 1.0]), -5.0)
        )

    with pytest.raises(ExactnessError, match="^node binarize, channel 2: its sign is no single threshold"):
        thresholds(full_tables(chain_of(bent)), "binarize")


def test_a_chain_ends_at_anything_but_constant_elementwise_operators() -> None:
    network = Network()
    scaled = network.elementwise("Mul", "in0", 2.0)
    alone = network.quant(scaled)
    total = network.quant(network.node("Add", scaled, "in0"))
    model = network.model(total)
    assert only_consumer(model, "in0") is None
    assert chain_from(model, "in0") is None
    assert chain_from(model, scaled) is None, "two consumers"
    chain = chain_from(model, scaled, model.find_producer(alone))
    assert chain is not None
    assert (chain.start, chain.nodes, chain.end) == (scaled, (), alone)
    assert only_consumer(model, total) is None, "a graph output has a reader outside"
