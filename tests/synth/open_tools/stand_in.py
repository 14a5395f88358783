# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Stands in for yosys, nextpnr, xc7frames2bit and bitread: reads what they read, writes what they write.

Started as `python stand_in.py ROOT PROGRAM ARGUMENTS...`. Every run is noted in ROOT/calls. The file
ROOT/fail names a program that fails; ROOT/flip lets bitread read one bit wrongly; ROOT/misplaced has the
seeds with which nextpnr refuses its own placement.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

VERSIONS = {"yosys": "Yosys 0.1+7 (git sha1 0)", "nextpnr-himbaechel-xilinx": '"nextpnr" (Version 0.2-3)'}
NETLIST = Path(__file__).with_name("netlist.json")
FASM = "A_X0.LUT.INIT[3:0] = 4'b1010\nA_X0.BUFFER\n"
BELS = ("SLICE_LUTX", "SLICE_FFX", "CARRY4", "RAMB36E1_RAMB36E1", "RAMB18E1_RAMB18E1", "DSP48E1_DSP48E1")


def yosys(arguments: list[str]) -> None:
    """Want every file that the script reads; write the same netlist for all."""
    script = Path(arguments[-1]).read_text()
    read = re.findall(r"^read_verilog (?:-sv -defer )?(.*)$", script, re.MULTILINE)
    for name in [name for line in read for name in line.split()]:
        text = Path(name).read_text()
        for memory in re.findall(r'"\./([^"]+)"', text):
            Path(memory).read_text()
        if "syntax error" in text:
            sys.exit("ERROR: syntax error")
    Path("netlist.json").write_text(NETLIST.read_text())


def nextpnr(arguments: list[str]) -> None:
    """Write a report of 80 MHz and two features."""
    misplaced = ROOT / "misplaced"
    if misplaced.exists() and arguments[arguments.index("--seed") + 1] in misplaced.read_text().split():
        Path("nextpnr.log").write_text("ERROR: post-placement validity check failed for Bel 'X1Y2/A5FF'\n")
        sys.exit("ERROR: Placing design failed.")
    json.loads(Path(arguments[arguments.index("--json") + 1]).read_text())
    Path("design.fasm").write_text(FASM)
    used = {bel: {"used": 0, "available": 9} for bel in BELS}
    fmax = {"clk": {"achieved": 80.0, "constraint": float(arguments[arguments.index("--freq") + 1])}}
    Path("report.json").write_text(json.dumps({"fmax": fmax, "utilization": used}))


def frames2bit(_: list[str]) -> None:
    """Keep the frames as they are."""
    Path("design.bit").write_text(Path("design.frames").read_text())


def bitread(_: list[str]) -> None:
    """Write all frames of a small device, with an error correction code as a real bitstream has it."""
    lines = Path("design.bit").read_text().splitlines()
    frames = {int(line.split()[0], 16): line.split()[1].split(",") for line in lines}
    text = ""
    for address in range(40):
        words = [int(word, 16) for word in frames.get(address, ["0"] * 101)]
        if any(words):
            words[50] |= 0x123
            words[0] ^= ROOT.joinpath("flip").exists()
        text += f".frame 0x{address:08x}\n" + " ".join(f"{word:08x}" for word in words) + "\n\n"
    Path("readback.frames").write_text(text)


ROOT = Path(sys.argv[1])
PROGRAMS = {
    "yosys": yosys,
    "nextpnr-himbaechel-xilinx": nextpnr,
    "xc7frames2bit": frames2bit,
    "bitread": bitread,
}

if __name__ == "__main__":
    program, given = sys.argv[2], sys.argv[3:]
    if given[0].lower() in ("-v", "--version", "-version"):
        sys.stdout.write(VERSIONS.get(program, program))
        sys.exit()
    with ROOT.joinpath("calls").open("a") as calls:
        calls.write(f"{program}\n")
    failing = ROOT / "fail"
    if failing.exists() and failing.read_text() == program:
        sys.exit(f"ERROR: {program} was told to fail")
    PROGRAMS[program](given)
