# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Buffers and the fork of streams keep their rules for ever, whatever happens at their ports: proven.

yosys makes a circuit of a module with its rules as assertions; abc proves that none can fail after any number
of cycles (property-directed reachability), or finds how.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import OpenTools
from bbcu_fpga.synth.open_tools.root import YOSYS
from bbcu_fpga.synth.open_tools.step import Step, by_name

pytestmark = [pytest.mark.slow, pytest.mark.open_tools]

FORMAL = Path(__file__).with_name("formal")
TEMPLATES = Environment(loader=FileSystemLoader(FORMAL), undefined=StrictUndefined)
PROOFS = [
    *(("stream_fifo", {"DEPTH": depth}) for depth in (1, 2, 3, 4)),
    *(("register_slice", {"RANKS": ranks}) for ranks in (1, 2)),
    ("stream_fork", {}),
]
# module, what is written in it, what a mutant has there, the case that finds it
MUTANTS = [
    ("skid_buffer", "arriving && !out_free", "arriving && out_free", 4),
    ("skid_buffer", "if (out_free) out_q", "if (out_ready) out_q", 4),
    ("skid_buffer", "if (in_ready_q) skid_q", "if (in_valid) skid_q", 4),
    ("skid_buffer", "in_ready_q   <= !skid_valid_d", "in_ready_q   <= 1'b1", 4),
    ("stream_fifo", "in_ready_q <= count_d != CAPACITY", "in_ready_q <= count_q != CAPACITY", 1),
    ("stream_fifo", "count_d != CAPACITY", "count_d < CAPACITY - 1'b1", 2),
    ("stream_fifo", "push && out_free && stored_q == 0", "push && out_free", 2),
    ("stream_fifo", "read_address_q == LAST_ADDRESS ?", "read_address_q > LAST_ADDRESS ?", 2),
    ("stream_fork", "(done0_q || out0_V_tready);", "out0_V_tready;", 6),
    ("stream_fork", "in0_V_tvalid && !done1_q", "in0_V_tvalid", 6),
    ("stream_fork", "done1_q <= 1'b0", "done1_q <= 1'b1", 6),
]


def prove(folder: Path, module: str, parameters: dict[str, int], sources: list[Path]) -> bool:
    """Tell whether the module keeps its rules."""
    tools, top = OpenTools.from_environment(os.environ), f"prove_{module}"
    files = by_name([*sources, FORMAL / "buffer_rules.sv", FORMAL / f"{top}.sv"])
    script = TEMPLATES.get_template("proof.ys.j2").render(top=top, parameters=parameters, sources=list(files))
    circuit = Step(
        title=f"circuit of {top}",
        tool=YOSYS,
        version=tools.version(YOSYS),
        arguments=("-q", "-l", "yosys.log", "-s", "proof.ys"),
        files={"proof.ys": script, **files},
        outputs=("circuit.aig",),
    ).run(tools, folder)
    proof = Step(
        title=f"proof of {top}",
        tool="yosys-abc",
        version=tools.version(YOSYS),
        arguments=("-c", "read_aiger circuit.aig; fold; strash; pdr; write_status status.txt"),
        files=by_name([circuit / "circuit.aig"]),
        outputs=("status.txt",),
    ).run(tools, folder)
    status = (proof / "status.txt").read_text().split()[0]
    assert status in ("snl_UNSAT", "snl_SAT"), status
    return status == "snl_UNSAT"


@pytest.mark.parametrize(("module", "parameters"), PROOFS)
def test_keeps_the_rules_for_ever(tmp_path: Path, module: str, parameters: dict[str, int]) -> None:
    assert prove(tmp_path, module, parameters, module_sources(module))


@pytest.mark.parametrize(("name", "before", "after", "case"), MUTANTS)
def test_a_broken_one_is_found(tmp_path: Path, name: str, before: str, after: str, case: int) -> None:
    module, parameters = PROOFS[case]
    sources = {path.name: path for path in module_sources(module)}
    text = sources[f"{name}.sv"].read_text()
    assert text.count(before) == 1
    broken = tmp_path / f"{name}.sv"
    broken.write_text(text.replace(before, after))
    assert not prove(tmp_path / "runs", module, parameters, list({**sources, broken.name: broken}.values()))
