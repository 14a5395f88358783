# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The flow with the real tools, which `make test-synth` installs; without them these tests fail.

They are not skipped where the tools are missing: they are only run where they are asked for.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools import Design, OpenTools, place_and_route, synthesize
from bbcu_fpga.synth.open_tools.bitstream import make_bitstream
from bbcu_fpga.synth.open_tools.nextpnr import Target

pytestmark = [pytest.mark.slow, pytest.mark.open_tools]

FOLDING = {"PE": 2, "SIMD": 6, "MW": 54, "MH": 4, "ACC_BITS": 7, "WEIGHT_FILE": "./weight.dat"}
COUNTER = Path(__file__).with_name("ps7_counter.v")


@pytest.fixture(scope="module")
def tools() -> OpenTools:
    """Return the tools that are installed."""
    return OpenTools.from_environment(os.environ)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Write random weights of the folding."""
    path = tmp_path / "weight.dat"
    words = np.random.default_rng(0).integers(0, 1 << 12, 18)
    path.write_text("".join(f"{word:03x}\n" for word in words))
    return path


def test_an_mvu_is_counted_and_timed(tools: OpenTools, tmp_path: Path, weights: Path) -> None:
    sources, cache = module_sources("xnor_popcount_mvu"), tmp_path / "cache"
    top = "xnor_popcount_mvu"
    found = synthesize(tools, top, sources, FOLDING, memories=[weights], cache=cache)
    # two accumulators of 7 bits, and at least as much again in the pipeline before them
    assert found.FF >= 28 and 20 <= found.LUT <= 400
    assert (found.DSP, found.BRAM18) == (0, 0)
    timing = place_and_route(tools, top, sources, FOLDING, memories=[weights], cache=cache)
    assert timing.used["FF"] > found.FF  # the registers around it
    assert timing.fmax_mhz > 100 and timing.used["DSP"] == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"SIMD": 7}, "SIMD must divide MW"), ({"NOPE": 1}, "NOPE"), ({"MH": 3}, "divide MH")],
)
def test_wrong_parameters_are_refused(
    tools: OpenTools, tmp_path: Path, weights: Path, changes: dict[str, int], reason: str
) -> None:
    with pytest.raises(VendorToolError, match=f"(?s)synthesis of xnor_popcount_mvu.*{reason}"):
        synthesize(
            tools,
            "xnor_popcount_mvu",
            module_sources("xnor_popcount_mvu"),
            {**FOLDING, **changes},
            memories=[weights],
            cache=tmp_path / "cache",
        )


def test_a_chain_of_dsp_slices_is_placed(tools: OpenTools, tmp_path: Path) -> None:
    """16 products in one sum: more slices in a chain than nextpnr has a place for."""
    terms = " + ".join(f"$signed(in0[{8 * i}+:8]) * $signed(in1[{8 * i}+:8])" for i in range(16))
    source = tmp_path / "sum.sv"
    source.write_text(
        "module sum (input logic ap_clk, input logic [127:0] in0, in1, output logic signed [47:0] out0);\n"
        f'  (* use_dsp = "yes" *) logic signed [47:0] total;\n  assign total = {terms};\n'
        "  always_ff @(posedge ap_clk) out0 <= total;\nendmodule\n"
    )
    timing = place_and_route(tools, "sum", [source], cache=tmp_path / "cache")
    assert timing.used["DSP"] == 16


def test_a_bitstream_with_the_processor(tools: OpenTools, tmp_path: Path) -> None:
    memory = tmp_path / "words.dat"
    # words of no pattern: yosys makes logic of a memory that is a simple function of its address
    memory.write_text("".join(f"{i * 2654435761 % 2**36:09x}\n" for i in range(512)))
    design = Design.of("ps7_counter", [COUNTER], memories=[memory])
    routed = make_bitstream(tools, design, Target(), tmp_path / "work")
    assert routed.utilization.resources["BRAM18"] == routed.utilization.DSP == 1
    assert routed.timing.used["RAMB18"] == routed.timing.used["DSP"] == 1
    assert routed.bit.stat().st_size >= 32_364_512 / 8  # the configuration of an xc7z020 (UG470, table 1-1)
