# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One point of the design space: the cheapest folding of a network for a bound on the cycles per frame.

`evaluate` runs in worker processes, here or on a cluster: it takes and returns plain values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from onnx import ModelProto
from qonnx.core.modelwrapper import ModelWrapper

import bbcu_fpga.custom_op  # noqa: F401  (registers the operators, in a worker process too)
from bbcu_fpga.custom_op.resources import Resources
from bbcu_fpga.transformation.folding_costs import FoldingCosts
from bbcu_fpga.transformation.optimize_folding import cheapest_folding

RESOURCES = ("LUT", "FF", "BRAM18", "DSP")


@dataclass(frozen=True)
class Point:
    """A folded network: cycles and frames per second, resources (estimates), and the folding."""

    network: str
    cycles: int
    fps: float
    LUT: int
    FF: int
    BRAM18: int
    DSP: int
    fits: bool
    folding: dict[str, dict[str, int | None]]

    @property
    def resources(self) -> Resources:
        """The resources of the point."""
        return Resources(*(getattr(self, name) for name in RESOURCES))


def bounds(graph: bytes) -> list[int]:
    """Return the cycles per frame that a network's slowest layer can have, ascending."""
    costs = FoldingCosts(_model(graph))
    least = costs.fixed_cycles()[0]
    return sorted({max(int(bound), least) for bound in costs.program({}).bounds()})


def evaluate(network: str, graph: bytes, cycles: int, clock_mhz: float, device: Resources) -> Point:
    """Return the cheapest folding for a bound on the cycles per frame.

    Args:
        network: name for the point.
        graph: the serialized graph of hardware operators that are not specialized yet.
        cycles: the bound.
        clock_mhz: clock frequency in MHz.
        device: what the device holds; weighs resources, and decides whether the point fits.
    """
    optimum = cheapest_folding(_model(graph), cycles, device)
    return Point(
        network=network,
        cycles=cycles,
        fps=clock_mhz * 1e6 / cycles,
        fits=optimum.resources.fits(device),
        folding={layer: fold._asdict() for layer, fold in optimum.folding.items()},
        **asdict(optimum.resources),
    )


def front(points: list[Point]) -> list[Point]:
    """Return the points that fit and that no other one beats: as fast with fewer LUTs, or faster."""
    best: list[Point] = []
    for point in sorted((p for p in points if p.fits), key=lambda p: (-p.fps, p.LUT)):
        if not best or point.LUT < best[-1].LUT:
            best.append(point)
    return best[::-1]


def _model(graph: bytes) -> ModelWrapper:
    return ModelWrapper(ModelProto.FromString(graph))
