# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Which operators share the lanes of a stream: an epilogue and the thresholds, forks and shuffles behind it.

A group starts behind a matrix-vector unit, whose accumulators a width converter brings to the group's lanes,
or at a stream whose lanes are given (the host's, a kernel's). It ends where a window generator or the
residual input of an epilogue takes the stream with lanes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

_MVUS = ("XnorPopcountMVU", "IntegerMVU")


@dataclass(frozen=True)
class LaneGroup:
    """Operators of one number of lanes, in stream order; `layer` is the unit before them, if there is one.

    `lanes` must divide `dimension`, and a frame takes ``elements / lanes`` cycles. `given` is the number of
    lanes of a stream that does not come from a matrix-vector unit.
    """

    layer: str | None
    nodes: tuple[NodeProto, ...]
    dimension: int
    elements: int
    given: int | None

    def choices(self) -> list[int]:
        """Return the possible numbers of lanes, ascending."""
        if self.given is not None:
            return [self.given]
        return divisors(self.dimension)

    def cycles(self, lanes: int) -> int:
        """Return the cycles per frame with this many lanes."""
        return -(-self.elements // lanes)

    def fewest_lanes(self, cycles: int, producer_lanes: int) -> int:
        """Return the fewest lanes that take at most `cycles` per frame; the most there are if none do.

        Lanes that divide the producer's, which one width converter reaches, go before others.
        """
        choices = self.choices()
        fits = [lanes for lanes in choices if self.cycles(lanes) <= cycles] or choices[-1:]
        return min(fits, key=lambda lanes: (producer_lanes % lanes != 0, lanes))


def divisors(number: int) -> list[int]:
    """Return the divisors of a positive number, ascending."""
    return [d for d in range(1, number + 1) if number % d == 0]


def is_mvu(node: NodeProto) -> bool:
    """Tell whether a node is a matrix-vector unit, specialized or not."""
    return node.op_type.partition("_")[0] in _MVUS


def layer_of(mvu: NodeProto) -> str:
    """Return the layer's name in configurations."""
    return str(mvu.name.removesuffix("_mvu"))


def is_repeated_residual(consumer: NodeProto, tensor: str) -> bool:
    """Tell whether an epilogue takes `tensor` as a residual that serves several times per pixel.

    It takes the whole pixel during the first repetition, in a burst: a stream of fewer lanes than its own
    would hold it up, however much time is left until the next pixel.
    """
    is_residual = consumer.op_type == "Epilogue" and list(consumer.input).index(tensor) == 1
    return is_residual and getCustomOp(consumer).get_nodeattr("repeat") > 1


def lane_groups(model: ModelWrapper) -> list[LaneGroup]:
    """Return the groups of a graph of operators that are not specialized yet, in stream order."""
    members: dict[str, list[NodeProto]] = {}  # by the tensor that a group starts from
    start: dict[str, str] = {}  # of each output of a group
    for node in model.graph.node:
        if is_mvu(node) or "PE" not in getCustomOp(node).get_nodeattr_types():
            continue
        root = start.get(node.input[0], node.input[0])
        members.setdefault(root, []).append(node)
        start.update(dict.fromkeys(node.output, root))
    return [_group(model, root, tuple(nodes)) for root, nodes in members.items()]


def _group(model: ModelWrapper, root: str, nodes: tuple[NodeProto, ...]) -> LaneGroup:
    operators = [getCustomOp(node) for node in nodes]
    producer = model.find_producer(root)
    is_unit = producer is not None and is_mvu(producer)
    given = None
    if producer is None:
        given = model.get_tensor_shape(root)[-1]  # the host sends whole pixels
    elif not is_unit:
        position = list(producer.output).index(root)
        given = getCustomOp(producer).output_streams()[position].lanes
    return LaneGroup(
        layer=layer_of(producer) if is_unit else None,
        nodes=nodes,
        dimension=gcd(*(operator.fold_attributes().get("PE", 0) for operator in operators)),
        elements=max(operator.get_exp_cycles() * operator.attribute("PE") for operator in operators),
        given=given,
    )
