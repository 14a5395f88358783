# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The seam itself: when it is bound, how a design is driven, and every way a simulation ends badly."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import finn.xsi
import pytest
from finn.util.exception import FINNUserError

from bbcu_fpga.errors import SimulationError
from bbcu_fpga.sim import finn_xsi
from bbcu_fpga.sim.errors import ContractError, SimulatorBuildError
from bbcu_fpga.sim.finn_xsi import design

# one design with every size of port, a memory, an assertion and an end
DESIGN = """
module probe (
  input  wire ap_clk,
  input  wire ap_rst_n,
  input  wire in0_V_TVALID,
  output wire in0_V_TREADY,
  input  wire [79:0] in0_V_TDATA,
  output reg  out0_V_TVALID,
  input  wire out0_V_TREADY,
  output reg  [79:0] out0_V_TDATA,
  input  wire [15:0] plain__half,
  input  wire [39:0] long_word,
  output wire [39:0] sum,
  input  wire bad,
  input  wire finish,
  input  wire hang
);
  reg [7:0] memory[0:1];
  initial $readmemh("MEMORY", memory);
  assign sum = long_word + {24'd0, plain__half} + {32'd0, memory[1]};
  assign in0_V_TREADY = !hang && (!out0_V_TVALID || out0_V_TREADY);
  always @(posedge ap_clk) begin
    if (!ap_rst_n) out0_V_TVALID <= 0;
    else if (in0_V_TREADY) out0_V_TVALID <= in0_V_TVALID;
    if (in0_V_TREADY) out0_V_TDATA <= ~in0_V_TDATA;
    assert (!bad) else $error("bad was set to %0d", bad);
    if (finish) $finish;
  end
endmodule
"""
WORDS = [0, 1, (1 << 80) - 1, 0xDEADBEEF_00000000_F00D]


@pytest.fixture(scope="module")
def library(finn_seam: Path) -> tuple[Path, Path]:
    """Return the compiled design, able to write waveforms; its memory file lies in `finn_seam`."""
    return build(finn_seam, "probe", DESIGN.replace("MEMORY", str(finn_seam / "probe.dat")), debug=True)


def build(folder: Path, name: str, text: str, **options: Any) -> tuple[Path, Path]:
    work = folder / f"a folder for {name}"
    work.mkdir()
    (folder / "probe.dat").write_text("05\n07\n")
    (work / f"{name}.v").write_text(text)
    return finn.xsi.compile_sim_obj(name, [str(work / f"{name}.v")], work, **options)


def send(simulation: Any, words: list[int], threshold: int = 200) -> list[int]:
    streams = {"inputs": {"in0": words}, "outputs": {"out0": []}}
    finn.xsi.rtlsim_multi_io(simulation, streams, len(words), sname="_V", liveness_threshold=threshold)
    return streams["outputs"]["out0"]


def opened(library: tuple[Path, Path], trace: str | None = None) -> Any:
    simulation = finn.xsi.load_sim_obj(*library, trace)
    finn.xsi.reset_rtlsim(simulation)
    return simulation


def test_streams_wider_than_a_machine_word_pass(library: tuple[Path, Path]) -> None:
    simulation = opened(library)
    assert send(simulation, WORDS) == [~word & (1 << 80) - 1 for word in WORDS]
    finn.xsi.close_rtlsim(simulation)
    assert not simulation.is_open()
    simulation.close()


def test_ports_have_the_names_and_sizes_of_the_verilog(library: tuple[Path, Path]) -> None:
    top = opened(library).top
    widths = {port.name(): port.width() for port in top.ports()}
    assert (widths["plain__half"], widths["long_word"], widths["in0_V_TDATA"], widths["ap_clk"]) == (
        16,
        40,
        80,
        1,
    )
    assert top.num_ports() == len(widths) == 14
    assert [top.getPort("long_word").isInput(), top.getPort("long_word").dir()] == [True, 1]
    assert [top.getPort("sum").isOutput(), top.getPort("sum").dir()] == [True, 2]
    with pytest.raises(RuntimeError, match=r"no port nothing; it has ap_clk, .*long_word"):
        top.getPort("nothing")


def test_a_port_is_read_and_written(library: tuple[Path, Path]) -> None:
    top = opened(library).top
    top.getPort("long_word").set_hexstr("8000000000").write_back()
    top.getPort("plain__half").set_binstr("1" * 16).write_back()
    top.run(1)
    total = top.getPort("sum").read()
    assert total.as_unsigned() == 0x80_0000_0000 + 0xFFFF + 7, "7 is the memory's second word"
    assert total.as_hexstr() == total.as_hexstr_2state() == "8000010006"
    assert total.as_binstr() == f"{total.as_unsigned():040b}"
    assert (total.as_bool(), total.isZero(), total.hasUnknown(), total.isInout()) == (False,) * 4
    assert top.getPort("long_word").clear().isZero()
    for value in (1 << 40, -1):
        with pytest.raises(SimulationError, match="port long_word has 40 bits, which cannot hold"):
            top.getPort("long_word").set(value)


def test_several_designs_are_open_at_once(library: tuple[Path, Path], finn_seam: Path) -> None:
    text = DESIGN.replace("MEMORY", str(finn_seam / "probe.dat")).replace("~in0", "in0")
    first, second = opened(library), opened(library)
    other = opened(build(finn_seam, "probe2", text.replace("module probe", "module probe2")))
    assert send(first, [1, 2]) == [(1 << 80) - 2, (1 << 80) - 3]
    assert send(other, [1, 2]) == [1, 2]
    second.top.getPort("long_word").set(9).write_back()
    for simulation in (first, second):
        simulation.top.run(1)
    assert [s.top.getPort("sum").read().as_unsigned() for s in (first, second)] == [7, 16]
    first.close()
    assert send(second, [3]) == [(1 << 80) - 4]


def test_a_design_that_hangs_meets_finns_watchdog(library: tuple[Path, Path]) -> None:
    simulation = opened(library)
    simulation.top.getPort("hang").set(1).write_back()
    with pytest.raises(FINNUserError, match="timed out after 150 cycles"):
        send(simulation, WORDS, threshold=150)


def test_an_assertion_ends_the_simulation_with_its_text(library: tuple[Path, Path]) -> None:
    simulation = opened(library)
    simulation.top.getPort("bad").set(1).write_back()
    with pytest.raises(ContractError, match=r"probe\.v:\d+: stopped: .*bad was set to 1"):
        send(simulation, WORDS)
    assert not simulation.is_open()
    with pytest.raises(SimulationError, match="was closed: load it again"):
        simulation.top.getPort("sum").read()


def test_finish_is_no_success(library: tuple[Path, Path]) -> None:
    simulation = opened(library)
    simulation.top.getPort("finish").set(1).write_back()
    with pytest.raises(ContractError, match=r"the design called \$finish"):
        send(simulation, WORDS)


def test_a_missing_memory_is_no_memory_of_zeros(finn_seam: Path) -> None:
    text = DESIGN.replace("MEMORY", "no/such.dat").replace("module probe", "module forgetful")
    with pytest.raises(ContractError, match=r"no/such\.dat.*file not found"):
        finn.xsi.load_sim_obj(*build(finn_seam, "forgetful", text))


def test_what_a_design_prints_goes_to_the_log(
    library: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    simulation = opened(library)
    simulation.top.getPort("bad").set(1).write_back()
    with pytest.raises(ContractError):
        simulation.cycle({})
    assert "bad was set to 1" in (library[0] / finn_xsi.LOG_FILE).read_text()
    assert capfd.readouterr().out == ""


def test_a_waveform_is_written(library: tuple[Path, Path], finn_seam: Path) -> None:
    simulation = opened(library, "run.wdb")
    send(simulation, WORDS)
    finn.xsi.close_rtlsim(simulation)
    waveform = (library[0] / "run.vcd").read_text()
    assert "$var" in waveform
    assert "in0_V_TDATA" in waveform
    silent = build(finn_seam, "silent", "module silent (input wire ap_clk, input wire ap_rst_n); endmodule")
    with pytest.raises(SimulationError, match="compiled without waveforms: set .* rtlsim_trace"):
        finn.xsi.load_sim_obj(*silent, "run.wdb")


def test_a_compile_error_carries_the_compilers_text(finn_seam: Path) -> None:
    text = "module broken (input wire ap_clk); undeclared part (ap_clk); endmodule"
    with pytest.raises(SimulatorBuildError, match=r"error in broken\.v .*\n.*%Error.*undeclared"):
        build(finn_seam, "broken", text)


def test_sources_that_are_absent_or_of_another_language_are_refused(finn_seam: Path) -> None:
    with pytest.raises(SimulationError, match=r"gone\.v is missing: generate"):
        finn.xsi.compile_sim_obj("gone", [str(finn_seam / "gone.v")], finn_seam)
    with pytest.raises(SimulationError, match=r"top\.vhd: Verilator simulates Verilog"):
        finn.xsi.compile_sim_obj("top", [str(finn_seam / "top.vhd")], finn_seam)
    with pytest.raises(SimulationError, match="port pad is bidirectional"):
        build(
            finn_seam, "both", "module both (inout wire pad, input wire ap_clk); assign pad = 1'bz; endmodule"
        )
    with pytest.raises(SimulationError, match=r"xsimk\.so is missing: prepare the simulation first"):
        finn.xsi.load_sim_obj(finn_seam, Path("xsim.dir/none/xsimk.so"))


def test_installing_twice_changes_nothing(finn_seam: Path) -> None:
    names = (
        "SimEngine",
        "rtlsim_multi_io",
        "compile_sim_obj",
        "load_sim_obj",
        "reset_rtlsim",
        "close_rtlsim",
    )
    before = {name: getattr(finn.xsi, name) for name in names}
    finn_xsi.install()
    assert {name: getattr(finn.xsi, name) for name in names} == before
    assert before["SimEngine"].__module__ == "finn_xsi.sim_engine", "the loop is FINN's own"
    assert (finn.xsi.locate_glbl(), finn.xsi.get_simkernel_so()) == (None, "verilator")
    assert finn.xsi.ensure_available()


def test_finns_build_steps_can_be_imported(finn_seam: Path) -> None:
    steps = importlib.import_module("finn.builder.build_dataflow_steps")
    assert steps.SimEngine is not None


def test_vivados_simulator_is_not_replaced_unasked(finn_seam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xsi", ModuleType("xsi"))
    with pytest.raises(SimulationError, match=r"FINN has Vivado's simulator .*install\(force=True\)"):
        finn_xsi.install()
    finn_xsi.install(force=True)
    assert sys.modules["xsi"] is design
