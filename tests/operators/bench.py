# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One bench for an operator in any of its forms: as RTL, or as HLS C++ behind the same ports."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from onnx import NodeProto, helper
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.custom_op.hls_function import hls_function
from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.resources import hls_dir, module_sources
from bbcu_fpga.sim.cpp import ap_types_dir
from bbcu_fpga.sim.dpi import CppModule
from bbcu_fpga.sim.dut import Dut, cpp_dut
from bbcu_fpga.sim.job import Pattern, Scenario
from bbcu_fpga.sim.run import SimulationResult
from bbcu_fpga.transformation.generate_rtl import write_wrapper
from bbcu_fpga.transformation.hls_node import write_node
from tests.custom_op.operators import single_node

RTL, HLS = "rtl", "hls"
FULL_SPEED = Scenario()


def in_both_forms(cases: Iterable[Any], hls: Collection[int], slow: Collection[int] = ()) -> list[Any]:
    """Return pytest parameters (form, *case): every case as RTL, those with an index in `hls` as C++, too.

    Each takes seconds to compile: choose cases that differ in what the function does. Those with an index in
    `slow` add little to the others and are left to the slow tests.
    """
    parameters = []
    for index, case in enumerate(cases):
        values = case if isinstance(case, tuple) else (case,)
        name = "-".join(map(str, values))
        marks = [pytest.mark.slow] if index in slow else []
        parameters.append(pytest.param(RTL, *values, id=f"{RTL}-{name}", marks=marks))
        if index in hls:
            parameters.append(pytest.param(HLS, *values, id=f"{HLS}-{name}"))
    return parameters


def operator(op_type: str, parameters: dict[str, Any] | None = None, **attributes: Any) -> ModelWrapper:
    """Return a graph of one operator (see `single_node`)."""
    model, _ = single_node(f"{op_type}_rtl", parameters, **attributes)
    return model


def width_converter(in_width: int, out_width: int, bits: int) -> ModelWrapper:
    """Return a graph of FINN's width converter for frames of `bits` bits."""
    model = operator("StreamFork", channels=1, PE=1, datatype="UINT8")
    shapes = {"inShape": [1, bits], "outShape": [1, bits]}
    attributes = {**shapes, "inWidth": in_width, "outWidth": out_width, "dataType": "BINARY"}
    domain, name = "finn.custom_op.fpgadataflow.rtl", "StreamingDataWidthConverter_rtl"
    node = helper.make_node(
        name, ["in0"], ["out0"], "body", domain=domain, backend="fpgadataflow", **attributes
    )
    del model.graph.node[:]
    model.graph.node.append(node)
    return model


def all_rests(inputs: Iterable[str], outputs: Iterable[str], reset_at: int) -> list[Scenario]:
    """Return the ways in which ports rest: nobody, sources, sinks, both, sinks that insist on valid first.

    In the last scenario the design is reset in cycle `reset_at`, after which everything starts again.
    """

    def scenario(seed: int, idle: Pattern, back_pressure: Pattern, reset: int | None = None) -> Scenario:
        return Scenario(dict.fromkeys(inputs, idle), dict.fromkeys(outputs, back_pressure), seed, reset)

    return [
        FULL_SPEED,
        scenario(1, Pattern(pause=0.6), Pattern()),
        scenario(2, Pattern(), Pattern(pause=0.6)),
        scenario(3, Pattern(pause=0.4), Pattern(pause=0.4)),
        scenario(4, Pattern(pause=0.3), Pattern(after_valid=True)),
        scenario(5, Pattern(pause=0.2), Pattern(pause=0.2), reset_at),
    ]


class Bench:
    """Simulates designs; simulators are built once below `simulator_root`, other files lie in `folder`."""

    def __init__(self, simulator_root: Path, folder: Path) -> None:
        self.simulator_root = simulator_root
        self.folder = folder

    def module(self, top: str, parameters: dict[str, int | str]) -> Dut:
        """Return a module of the rtl folder; its memory files are looked for in `folder`."""
        return Dut(top, module_sources(top), parameters, data_dir=self.folder)

    def node(self, form: str, model: ModelWrapper) -> Dut:
        """Return the only node of a graph, as RTL or as C++."""
        (node,) = model.graph.node
        return self._rtl(node, model) if form == RTL else self._hls(node, model)

    def _rtl(self, node: NodeProto, model: ModelWrapper) -> Dut:
        module = write_wrapper(node, model, self.folder)
        sources = [*module_sources(module.name), self.folder / f"{node.name}.v"]
        return Dut(node.name, sources, data_dir=self.folder)

    def _hls(self, node: NodeProto, model: ModelWrapper) -> Dut:
        function = hls_function(node, model)
        headers = self.folder / "hls"
        headers.mkdir()
        write_node(node, model, headers)
        include_dirs = [headers, hls_dir() / "pc", hls_dir(), ap_types_dir()]
        module = CppModule(node.name, function.inputs, function.outputs)
        return cpp_dut(module, include_dirs, self.folder / "dpi")

    def run(self, dut: Dut, scenarios: Sequence[Scenario], **arguments: Any) -> list[SimulationResult]:
        """Run a design in each scenario; arguments and errors are those of `simulate_scenarios`."""
        return dut.simulate(
            scenarios, build_root=self.simulator_root, **{"timeout_cycles": 2000, **arguments}
        )

    def run_with_rests(
        self, dut: Dut, inputs: dict[str, ByteArray], expected: dict[str, ByteArray], **arguments: Any
    ) -> SimulationResult:
        """Run a design in every scenario, every word being compared; return the result at full speed."""
        reset_at = max(map(len, [*inputs.values(), *expected.values()])) // 2
        scenarios = all_rests(inputs, expected, reset_at)
        results = self.run(dut, scenarios, inputs=inputs, expected=expected, **arguments)
        assert [r.compared for r in results] == [sum(map(len, expected.values()))] * len(scenarios)
        return results[0]
