# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A script, a source or a memory that the vendor tools could not use does not pass the dry run."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.commands import Command
from bbcu_fpga.synth.vivado import VivadoFlow


def stitching(flow: VivadoFlow) -> Command:
    """Return the command that stitches the accelerator."""
    return next(command for command in flow.configure().commands if command.stage == "stitched_ip")


DAMAGES = {
    "a missing file": (
        r"^add_files -norecurse \S+/epilogue\.sv$",
        "add_files /nowhere/epilogue.sv",
        "no such file",
    ),
    "a syntax error": (r"^update_ip_catalog$", "update_ip_catalog {", "missing close-brace"),
    "a misspelt command": (r"^create_bd_cell ", "create_bd_cel ", "invalid command name"),
    "an unknown option": (r"^create_bd_cell -type", "create_bd_cell -kind", "unknown option '-kind'"),
    "a missing module": (r"-reference body body$", "-reference bdy body", "module bdy is in no source"),
    "a missing pin": (r"body/in0_V\]", "body/in1_V]", "has no interface in1_V"),
    "an open stream": (
        r"^make_bd_intf_pins_external \[get_bd_intf_pins body/out0_V\]$",
        "",
        "no port out0_V_0",
    ),
    "no validation": (r"^validate_bd_design$", "", "was not validated"),
    "no wrapper": (r"^make_wrapper .*$", "", "no such file: .*finn_design_wrapper.v"),
    "no packaging": (r"^ipx::package_project .*$", "", "no IP is open"),
    "no list of sources": (r"^set fp \[open \S+ w\]$", "set fp stdout", "did not write all_verilog_srcs.txt"),
}


HLS_DAMAGES = {
    "a missing file": (r"^add_files top_\w+\.cpp", "add_files top.cpp", "no such file: top.cpp"),
    "a missing library": (r' -I[^ "]+', " -I/nowhere", "no such folder: /nowhere"),
    "a syntax error": (r"^open_solution sol1$", 'open_solution "sol1', 'missing "'),
    "a misspelt command": (r"^csynth_design$", "csynth", "invalid command name"),
    "an unknown option": (
        r"^config_rtl -module_auto_prefix$",
        "config_rtl -prefix",
        "unknown option '-prefix'",
    ),
    "a wrong top": (r"^set_top body_mvu$", "set_top body_mvw", "top function 'body_mvw' is in no source"),
    "no export": (r"^export_design .*$", "", "did not write project_body_mvu/sol1/impl/ip/component.xml"),
}


def run_damaged(flow: VivadoFlow, command: Command, damage: tuple[str, str, str], folder: Path) -> None:
    """Run a command with a damaged script and check what it says."""
    pattern, replacement, message = damage
    script = (command.folder / command.arguments[-1]).read_text()
    damaged, count = re.subn(pattern, replacement, script, flags=re.MULTILINE)
    assert count, "the script has what is to be damaged"
    path = folder / "damaged.tcl"
    path.write_text(damaged)
    command = command.model_copy(update={"arguments": [*command.arguments[:-1], str(path)]})
    with pytest.raises(VendorToolError, match=message) as caught:
        command.run(flow.tools.find(command.tool), {**os.environ, **flow.configure().environment})
    assert str(command.log) in str(caught.value)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_script_fails(damage: str, flow: VivadoFlow, tmp_path: Path) -> None:
    run_damaged(flow, stitching(flow), DAMAGES[damage], tmp_path)


@pytest.mark.parametrize("damage", HLS_DAMAGES)
def test_a_damaged_hls_script_fails(damage: str, mixed_flow: VivadoFlow, tmp_path: Path) -> None:
    command = next(c for c in mixed_flow.configure().commands if c.title == "IP of body_mvu")
    run_damaged(mixed_flow, command, HLS_DAMAGES[damage], tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bbcu/xnor_popcount_mvu.h", "bbcu/xnor_popcount_mwu.h", "xnor_popcount_mwu.h: No such file"),
        ("#pragma HLS INTERFACE axis port=out0_V\n", "", "stream out0_V has no axis pragma"),
    ],
)
def test_damaged_cpp_fails(old: str, new: str, message: str, mixed_flow: VivadoFlow) -> None:
    command = next(c for c in mixed_flow.configure().commands if c.title == "IP of body_mvu")
    source = command.folder / "top_body_mvu.cpp"
    text = source.read_text()
    assert old in text
    try:
        source.write_text(text.replace(old, new))
        with pytest.raises(VendorToolError, match=message):
            command.run(mixed_flow.tools.find(command.tool), os.environ)
    finally:
        source.write_text(text)


def test_a_memory_that_vivado_would_not_find_fails(flow: VivadoFlow) -> None:
    command = stitching(flow)
    wrapper = next(flow.folder.glob("code_gen_ipgen_body_*/body.v"))
    text = wrapper.read_text()
    assert f'"{wrapper.parent}/body_param.dat"' in text
    try:
        wrapper.write_text(text.replace(f"{wrapper.parent}/", ""))
        with pytest.raises(VendorToolError, match=r"does not find 'body_param.dat'"):
            flow.run()
        wrapper.write_text(text.replace("ASSOCIATED_BUSIF in0_V:out0_V", "ASSOCIATED_BUSIF in0_V"))
        with pytest.raises(VendorToolError, match=r"out0_V has no clock"):
            flow.run()
    finally:
        wrapper.write_text(text)
    command.run(flow.tools.find("vivado"), {**os.environ, **flow.configure().environment})
