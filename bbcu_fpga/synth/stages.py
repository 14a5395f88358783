# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The stages from a hardware graph to a bitstream: FINN's passes, what each needs and what it promises.

Each stage transforms the graph of the one before. Which runs of the tools it wants is found by the recorder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from finn.transformation.fpgadataflow.create_stitched_ip import CreateStitchedIP
from finn.transformation.fpgadataflow.hlssynth_ip import HLSSynthIP
from finn.transformation.fpgadataflow.make_driver import MakePYNQDriver
from finn.transformation.fpgadataflow.make_zynq_proj import ZynqBuild
from finn.transformation.fpgadataflow.prepare_ip import PrepareIP
from qonnx.core.modelwrapper import ModelWrapper

import bbcu_fpga.custom_op  # noqa: F401  (registers the operators in FINN's dictionaries)
from bbcu_fpga.errors import ConfigError

PARTITIONS = "kernel_partitions"
# FINN's name of a board where it is not ours
_FINN_BOARDS = {"KV260": "KV260_SOM"}


@dataclass(frozen=True)
class Target:
    """What is built for: `board` is FINN's name, `period` in ns, `folder` FINN's build folder."""

    board: str
    part: str
    period: float
    folder: Path

    @classmethod
    def of(cls, board: str, part: str, clock_mhz: float, folder: Path) -> Target:
        """Return the target; raises ConfigError for a clock that FINN's shell would round down."""
        if clock_mhz != int(clock_mhz):
            raise ConfigError(
                f"clock_mhz: FINN's Zynq shell takes whole megahertz, not {clock_mhz:g}; "
                f"choose {int(clock_mhz)}"
            )
        return cls(_FINN_BOARDS.get(board, board), part, _period(int(clock_mhz)), folder)


@dataclass(frozen=True)
class Stage:
    """One step of the flow: what it does, needs and promises, and FINN's passes for it."""

    name: str
    job: str
    needs: tuple[str, ...]
    promises: tuple[str, ...]
    configure: Callable[[ModelWrapper, Target], ModelWrapper]


def _node_ip(model: ModelWrapper, target: Target) -> ModelWrapper:
    # node after node: FINN's worker processes may lack our operators
    model = model.transform(PrepareIP(target.part, target.period))
    return model.transform(HLSSynthIP(target.part, num_workers=1))


def _stitched_ip(model: ModelWrapper, target: Target) -> ModelWrapper:
    return model.transform(CreateStitchedIP(target.part, target.period))


def _bitfile(model: ModelWrapper, target: Target) -> ModelWrapper:
    partitions = target.folder / PARTITIONS
    partitions.mkdir()
    return model.transform(ZynqBuild(target.board, target.period, partition_model_dir=partitions))


def _driver(model: ModelWrapper, target: Target) -> ModelWrapper:
    return model.transform(MakePYNQDriver("zynq-iodma", "FINNDMAOverlay", clk_period_ns=target.period))


STAGES = (
    Stage(
        "node_ip",
        "write Verilog wrappers of RTL nodes, and turn HLS nodes into IP with Vitis HLS",
        ("intermediate_models: the hardware graph",),
        ("vivado/code_gen_ipgen_*/: sources, and project_*/sol1/impl/ip/component.xml of HLS nodes",),
        _node_ip,
    ),
    Stage(
        "stitched_ip",
        "connect the nodes in IP Integrator and package the accelerator as one IP",
        ("node_ip",),
        ("stitched_ip/component.xml",),
        _stitched_ip,
    ),
    Stage(
        "bitfile",
        "add FINN's DMA to both ends and the board's processing system around them; place and route",
        ("node_ip", "FINN's finn-hlslib and board_files"),
        ("bitfile/*.bit", "bitfile/*.hwh", "reports/vivado.json"),
        _bitfile,
    ),
    Stage(
        "driver",
        "write the settings of FINN's PYNQ driver: shapes, types, DMA names, clock",
        ("bitfile",),
        ("driver/settings.json",),
        _driver,
    ),
)


def _period(clock_mhz: int) -> float:
    """Return the period in ns from which FINN computes exactly this clock: it cuts off, not rounds."""
    period = 1000.0 / clock_mhz
    while int(1 / (period * 0.001)) != clock_mhz:
        period -= 1e-12 * period
    return period
