# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The vendor flow with stand-ins for the tools: every script is executed, and what is wrong does not pass."""

from __future__ import annotations

import json
import os
from pathlib import Path

import finn.util.settings as finn_settings
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import BuildError, ConfigError, MissingToolError, VendorToolError
from bbcu_fpga.synth.commands import Command
from bbcu_fpga.synth.stages import STAGES, Target
from bbcu_fpga.synth.tools import Tools
from bbcu_fpga.synth.vivado import VivadoFlow
from tests.synth.flows import fake_tools, one_epilogue, vivado_build

NODE_COMMANDS = [
    "stitched IP finn_design",
    "IP of StreamingDataflowPartition_0_IODMA_hls_0",
    "stitched IP StreamingDataflowPartition_0",
    "stitched IP StreamingDataflowPartition_1",
    "IP of StreamingDataflowPartition_2_IODMA_hls_0",
    "stitched IP StreamingDataflowPartition_2",
    "bitstream",
]


def logs(flow: VivadoFlow) -> dict[str, int]:
    """Return when each command ran last."""
    return {
        command.title: command.log.stat().st_mtime_ns if command.log.exists() else 0
        for command in flow.configure().commands
    }


def test_all_stages_of_an_rtl_graph(flow: VivadoFlow) -> None:
    begun: list[str] = []
    report = flow.run(lambda title, index, total: begun.append(f"{index}/{total} {title}"))
    assert begun == [f"{index}/7 {title}" for index, title in enumerate(NODE_COMMANDS)]
    build = flow.build.path
    assert (build / "bitfile" / "smallest.bit").read_text() == "bitstream\n"
    assert (build / "bitfile" / "smallest.hwh").is_file()
    assert "xilinx_finn:finn:finn_design:1.0" in (build / "stitched_ip" / "component.xml").read_text()
    driver = json.loads((build / "driver" / "settings.json").read_text())["driver_information"]
    assert driver["io_shape_dict"]["ishape_normal"] == [[1, 4, 5, 4]]
    assert (driver["io_shape_dict"]["idma_names"], driver["io_shape_dict"]["odma_names"]) == (
        ["idma0"],
        ["odma0"],
    )
    assert driver["fclk_mhz"] == pytest.approx(100.0, abs=1e-6)
    assert json.loads((build / "reports" / "vivado.json").read_text()) == report.model_dump()
    assert report.resources == {"LUT": 5123, "FF": 7890, "BRAM18": 11, "DSP": 9}
    assert (report.source, report.timing.wns_ns, report.timing.whs_ns) == ("vivado", 1.875, 0.021)


def test_all_stages_of_a_graph_of_all_kinds(mixed_flow: VivadoFlow) -> None:
    mixed_flow.run()
    commands = mixed_flow.configure().commands
    hls = ["body_threshold", "body_window", "body_mvu", "body_epilogue", "tail_shuffle"]
    assert sorted(command.title for command in commands if command.stage == "node_ip") == sorted(
        f"IP of {node}" for node in hls
    )
    assert [command.title for command in commands if command.stage != "node_ip"] == NODE_COMMANDS
    names = {path.name for path in (mixed_flow.build.path / "bitfile").iterdir()}
    assert names == {"smallest.bit", "smallest.hwh"}


def test_the_plan_needs_no_tool_and_runs_nothing(tmp_path: Path) -> None:
    tools = Tools("2022.2", None, "", tmp_path / "no_deps")
    flow = VivadoFlow(vivado_build(tmp_path / "build", one_epilogue()), tools)
    plan = flow.configure()
    assert [command.title for command in plan.commands] == NODE_COMMANDS
    lines = plan.lines()
    assert {line.split("=")[0] for line in lines[:4]} == {
        f"export FINN_{name}" for name in ("RTLLIB", "CUSTOM_HLS", "BUILD_DIR", "DEPS")
    }
    for command, line in zip(plan.commands, lines[4:], strict=True):
        assert line == f"cd {command.folder} && {command.tool} {' '.join(command.arguments)}"
        assert command.missing() == command.promises, "recording leaves no placeholder behind"
        assert not command.log.exists()
        assert (command.folder / command.arguments[-1]).is_file()
    with pytest.raises(MissingToolError, match=r"vivado is not on PATH: source settings64.sh .*--plan"):
        flow.run()


@pytest.mark.parametrize(("release", "tool"), [("2024.2", "vitis_hls"), ("2025.1", "vitis-run")])
def test_the_hls_program_of_a_release(release: str, tool: str, build_root: Path, tmp_path: Path) -> None:
    flow = VivadoFlow(vivado_build(build_root, one_epilogue()), fake_tools(tmp_path / "tools", release))
    command = next(command for command in flow.configure().commands if command.tool.startswith("vitis"))
    assert command.tool == tool
    command.run(flow.tools.find(tool), {**os.environ, **flow.configure().environment})


def test_finns_settings_are_as_before(
    rtl_flow: VivadoFlow, build_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FINN_RTLLIB", "FINN_CUSTOM_HLS", "FINN_BUILD_DIR", "FINN_DEPS", "XILINX_VIVADO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NUM_DEFAULT_WORKERS", "3")
    environment, settings = dict(os.environ), finn_settings._SETTINGS
    VivadoFlow(vivado_build(build_root, one_epilogue()), rtl_flow.tools).configure()
    assert dict(os.environ) == environment
    assert finn_settings._SETTINGS is settings


def test_missing_downloads_of_finn_are_named(tmp_path: Path) -> None:
    tools = fake_tools(tmp_path)
    (tools.finn_deps / "board_files").rename(tmp_path / "elsewhere")
    with pytest.raises(MissingToolError, match=r"board_files is missing: run `finn deps update`"):
        tools.programs()


def test_an_interrupted_run_continues(flow: VivadoFlow) -> None:
    command = flow.configure().commands[2]
    script = command.folder / command.arguments[-1]
    text = script.read_text()
    script.write_text(text + "no_such_command\n")
    with pytest.raises(VendorToolError, match=r'invalid command name "no_such_command"'):
        flow.run()
    before = logs(flow)
    script.write_text(text)
    flow.run()
    after = logs(flow)
    again = [title for title in after if after[title] != before[title]]
    assert again == NODE_COMMANDS[2:]
    flow.run()
    assert logs(flow) == after, "a finished flow runs nothing again"
    command.matches(command.promises[0])[0].unlink()
    flow.run()
    assert [title for title, time in logs(flow).items() if time != after[title]] == [command.title]


def test_another_build_is_configured_anew(flow: VivadoFlow, build_root: Path) -> None:
    build = vivado_build(build_root, one_epilogue())
    own = VivadoFlow(build, flow.tools)
    first = own.configure()
    assert own.configure() == first
    (build_root / "rtl").mkdir()
    (build_root / "rtl" / "module.sv").write_text("module module_of_the_library; endmodule\n")
    second = own.configure()
    assert second.key != first.key
    (own.folder / "plan.json").write_text("{")
    assert own.configure().key == second.key


def script(folder: Path, text: str, promises: list[str]) -> Command:
    (folder / "run.sh").write_text(text)
    return Command(
        stage="bitfile",
        title="bitstream",
        folder=folder,
        tool="sh",
        arguments=["run.sh"],
        promises=promises,
        sources=["run.sh"],
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo bad >&2; exit 3", r"sh ended with status 3 in .*\nbad$"),
        ("touch new.bit; echo 'ERROR: [Place 30-99] no'; echo more", r"reported an error .*\n.*no\nmore$"),
        ("true", r"did not write \*.bit"),
        ("touch new.bit", r"did not write \*.bit"),
    ],
)
def test_a_failed_tool_is_seen(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "old.bit").write_text("of an earlier run")
    command = script(tmp_path, text, ["*.bit"])
    with pytest.raises(
        VendorToolError, match=rf"^bitfile, bitstream: {'sh ' if 'sh' not in message else ''}{message}"
    ):
        command.run(Path("/bin/sh"), os.environ)


def test_the_word_error_inside_a_line_is_no_error(tmp_path: Path) -> None:
    command = script(tmp_path, "echo 'INFO: 0 ERROR: lines'; echo 1 > new.bit", ["*.bit"])
    command.run(Path("/bin/sh"), os.environ)
    assert [path.name for path in command.matches("*.bit")] == ["new.bit"]


def test_violated_timing_is_an_error_with_a_report(flow: VivadoFlow) -> None:
    flow.run()
    top = flow.configure().commands[-1]
    (timing,) = top.matches("finn_zynq_link.runs/impl_1/*.rpt")
    timing.write_text(
        timing.read_text().replace("      1.875        0.000                      0", " -0.310 -4.2 17")
    )
    with pytest.raises(VendorToolError, match=r"timing is not met at 100 MHz: worst slack -0.31 ns setup"):
        flow.run()
    report = json.loads((flow.build.path / "reports" / "vivado.json").read_text())
    assert (report["timing"]["wns_ns"], report["timing"]["failing_endpoints"]) == (-0.31, 17)


def test_finn_computes_the_clock_that_was_asked_for() -> None:
    for clock in range(10, 401):
        period = Target.of("Pynq-Z2", "xc7z020clg400-1", float(clock), Path()).period
        assert int(1 / (period * 0.001)) == clock
        assert round(1e6 / (period * 0.001)) == clock * 1_000_000
    with pytest.raises(ConfigError, match=r"clock_mhz: .* not 142.857; choose 142"):
        Target.of("Pynq-Z2", "xc7z020clg400-1", 142.857, Path())


def test_boards_have_finns_names() -> None:
    assert Target.of("KV260", "xck26-sfvc784-2LV-c", 100.0, Path()).board == "KV260_SOM"


def test_a_graph_that_finn_refuses_is_named(build_root: Path, rtl_flow: VivadoFlow) -> None:
    model: ModelWrapper = one_epilogue()
    model.graph.node[0].domain = "finn.custom_op.fpgadataflow"
    model.graph.node[0].op_type = "Epilogue"
    flow = VivadoFlow(vivado_build(build_root, model), rtl_flow.tools)
    with pytest.raises(BuildError, match=r"^stage stitched_ip: FINN refuses the graph: body is not"):
        flow.configure()
    assert not (flow.folder / "plan.json").exists()


def test_white_space_in_a_path_is_refused(tmp_path: Path, rtl_flow: VivadoFlow) -> None:
    flow = VivadoFlow(vivado_build(tmp_path / "my build", one_epilogue()), rtl_flow.tools)
    with pytest.raises(BuildError, match=r"my build/vivado: FINN's scripts cannot have white space"):
        flow.configure()


def test_tools_are_read_from_the_environment(tmp_path: Path) -> None:
    environment = {"XILINX_VIVADO": "/tools/Xilinx/2025.1/Vivado", "PATH": "/x", "FINN_DEPS": str(tmp_path)}
    tools = Tools.from_environment(environment)
    assert tools == Tools("2025.1", None, "/x", tmp_path)
    assert tools.hls_program == "vitis-run"
    tools = Tools.from_environment({"FINN_TOOL_DIR_OVERRIDE": "/t"})
    assert (tools.release, tools.directory, tools.hls_program) == ("2022.2", Path("/t"), "vitis_hls")


def test_every_stage_says_what_it_needs_and_promises() -> None:
    assert [stage.name for stage in STAGES] == ["node_ip", "stitched_ip", "bitfile", "driver"]
    assert all(stage.needs and stage.promises and stage.job for stage in STAGES)
