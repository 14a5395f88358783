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
from bbcu_fpga.synth.open_tools.utilization import read_netlist
from bbcu_fpga.synth.open_tools.yosys import NETLIST, synthesized

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


def test_every_dsp_slice_of_an_integer_mvu_has_registers(tools: OpenTools, tmp_path: Path) -> None:
    """nextpnr has no delays for DSP slices: no path may lead through a slice without a register inside."""
    memory = tmp_path / "weight.dat"
    words = np.random.default_rng(0).bytes(2 * 9 * 16)
    memory.write_text("".join(f"{words[16 * i : 16 * i + 16].hex()}\n" for i in range(18)))
    folding = {"PE": 2, "SIMD": 8, "MW": 72, "MH": 4, "WEIGHT_FILE": "./weight.dat"}
    design = Design.of("integer_mvu", module_sources("integer_mvu"), folding, [memory])
    netlist = read_netlist(synthesized(tools, design, tmp_path / "cache") / NETLIST)
    slices = [cell["parameters"] for cell in netlist["cells"].values() if cell["type"] == "DSP48E1"]
    assert len(slices) == 16
    for name in ("AREG", "BREG", "MREG", "PREG"):
        assert all(int(parameters[name], 2) > 0 for parameters in slices), name
    timing = place_and_route(
        tools, design.top, module_sources(design.top), folding, memories=[memory], cache=tmp_path / "cache"
    )
    assert timing.used["DSP"] == 16  # the chains have places


def test_a_bitstream_with_the_processor(tools: OpenTools, tmp_path: Path) -> None:
    memory = tmp_path / "words.dat"
    # words of no pattern: yosys makes logic of a memory that is a simple function of its address
    memory.write_text("".join(f"{i * 2654435761 % 2**36:09x}\n" for i in range(512)))
    design = Design.of("ps7_counter", [COUNTER], memories=[memory])
    routed = make_bitstream(tools, design, Target(), tmp_path / "work")
    assert routed.utilization.resources["BRAM18"] == routed.utilization.DSP == 1
    assert routed.timing.used["RAMB18"] == routed.timing.used["DSP"] == 1
    assert routed.bit.stat().st_size >= 32_364_512 / 8  # the configuration of an xc7z020 (UG470, table 1-1)
