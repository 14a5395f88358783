# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runner tells apart every way in which a simulation can go wrong, and names the place."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.errors import DeadlockError, ExactnessError, MissingToolError, SimulationError
from bbcu_fpga.numerics import ByteArray
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.errors import ContractError, DifferingWordsError, SimulatorBuildError, StreamDeadlockError
from bbcu_fpga.sim.job import Pattern
from bbcu_fpga.sim.run import simulate

FIFO = {"WIDTH": 16, "DEPTH": 6}
SKIP_TOP = Path(__file__).with_name("skip_connection.sv")


@pytest.fixture
def build_root(simulator_root: Path) -> Path:
    return simulator_root


@pytest.fixture
def words() -> ByteArray:
    return np.random.default_rng(5).integers(0, 256, (64, 2), dtype=np.uint8)


def fifo(build_root: Path, **arguments: object) -> object:
    sources = module_sources("stream_fifo")
    return simulate(
        "stream_fifo", sources, parameters=FIFO, build_root=build_root, timeout_cycles=500, **arguments
    )


def test_result_counts_words_cycles_and_fills(build_root: Path, words: ByteArray) -> None:
    result = fifo(
        build_root, inputs={"in0": words}, expected={"out0": words}, frames=4, back_pressure=Pattern(every=3)
    )
    assert result.compared == 64
    np.testing.assert_array_equal(result.received["out0"], words)
    assert result.cycles_per_frame() == 16 * 3
    assert result.latency_cycles() == int(
        result.transfer_cycles["out0"][15] - result.transfer_cycles["in0"][0]
    )
    assert result.fifo_peaks == {"stream_fifo": 6}


def test_without_expected_words_it_only_collects(build_root: Path, words: ByteArray) -> None:
    result = fifo(build_root, inputs={"in0": words}, output_words={"out0": 64})
    assert result.compared == 0
    np.testing.assert_array_equal(result.received["out0"], words)


def test_names_the_first_differing_word(build_root: Path, words: ByteArray) -> None:
    wrong = words.copy()
    wrong[17, 0] ^= 1
    wrong[40, 1] ^= 8
    with pytest.raises(DifferingWordsError, match="2 of 64 words of out0 differ") as difference:
        fifo(build_root, inputs={"in0": words}, expected={"out0": wrong})
    assert (difference.value.port, difference.value.index) == ("out0", 17)
    assert bytes(words[17][::-1]).hex() in str(difference.value)
    assert isinstance(difference.value, ExactnessError)


def test_notices_a_word_too_many(build_root: Path, words: ByteArray) -> None:
    with pytest.raises(DifferingWordsError, match="more than expected") as difference:
        fifo(build_root, inputs={"in0": words}, expected={"out0": words[:-1]})
    assert difference.value.index == 63


def test_a_missing_word_is_a_deadlock_that_names_the_port(build_root: Path, words: ByteArray) -> None:
    with pytest.raises(StreamDeadlockError, match="out0 waits for word 63 of 64") as deadlock:
        fifo(build_root, inputs={"in0": words[:-1]}, expected={"out0": words})
    assert deadlock.value.fifos == []
    assert isinstance(deadlock.value, DeadlockError)


@pytest.mark.parametrize("depth", [30, 31])
def test_a_skip_fifo_one_word_too_shallow_deadlocks_by_name(
    build_root: Path, words: ByteArray, depth: int
) -> None:
    """The branch collects 32 words, of which an eager fork lets it have one ahead: 31 suffice, 30 do not."""
    sources = [SKIP_TOP, *module_sources("stream_fork"), *module_sources("stream_fifo")]
    arguments = {
        "parameters": {"DEPTH": depth},
        "inputs": {"in0": words[:, :1]},
        "output_words": {"out0": 2, "out1": 64},
        "build_root": build_root,
        "timeout_cycles": 500,
    }
    sources += module_sources("stream_width_converter")
    if depth == 31:
        simulate("skip_connection", list(dict.fromkeys(sources)), **arguments)
        return
    with pytest.raises(StreamDeadlockError) as deadlock:
        simulate("skip_connection", list(dict.fromkeys(sources)), **arguments)
    assert deadlock.value.fifos == ["skip_connection.skip (30 words)"]


def test_reports_progress(build_root: Path, words: ByteArray) -> None:
    seen: list[tuple[int, int]] = []
    many = np.tile(words, (1500, 1))
    fifo(
        build_root,
        inputs={"in0": many},
        output_words={"out0": len(many)},
        progress=lambda *counts: seen.append(counts),
    )
    assert seen and all(received <= total == len(many) for received, total in seen)


def test_a_missing_parameter_file_is_named(build_root: Path) -> None:
    with pytest.raises(ContractError, match=r"cannot read 'absent\.hex'"):
        simulate(
            "threshold",
            module_sources("threshold"),
            parameters={"PARAM_FILE": "absent.hex"},
            inputs={"in0": np.zeros((4, 4), np.uint8)},
            output_words={"out0": 4},
            build_root=build_root,
        )


def test_refuses_unknown_ports_and_empty_expectations(build_root: Path, words: ByteArray) -> None:
    with pytest.raises(SimulationError, match="unknown ports"):
        fifo(build_root, inputs={"in0": words}, expected={"out0": words}, idle={"in7": Pattern()})
    with pytest.raises(SimulationError, match="output_words"):
        fifo(build_root, inputs={"in0": words})


def test_one_frame_has_no_steady_state(build_root: Path, words: ByteArray) -> None:
    result = fifo(build_root, inputs={"in0": words}, expected={"out0": words})
    with pytest.raises(SimulationError, match="at least two frames"):
        result.cycles_per_frame()


def test_the_same_design_is_built_once(build_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = module_sources("stream_fifo")
    folder = verilator.build(sources, "stream_fifo", FIFO, build_root)
    monkeypatch.setattr(verilator, "_compile", None)  # a second compilation would fail
    assert verilator.build(sources, "stream_fifo", FIFO, build_root) == folder
    with pytest.raises(TypeError):
        verilator.build(sources, "stream_fifo", {**FIFO, "DEPTH": 7}, build_root)


def test_a_design_that_does_not_compile_shows_the_compiler_log(build_root: Path, tmp_path: Path) -> None:
    source = tmp_path / "nonsense.sv"
    source.write_text("module nonsense (input wire ap_clk);\n  asign x = 1;\nendmodule\n")
    with pytest.raises(SimulatorBuildError, match=r"nonsense\.sv:2"):
        verilator.build([source], "nonsense", {}, build_root)


@pytest.mark.parametrize("tool", ["g++", "make", "perl"])
def test_a_missing_tool_is_named_with_its_remedy(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verilator.shutil, "which", lambda name: None if name == tool else f"/bin/{name}")
    with pytest.raises(MissingToolError, match="apt install") as missing:
        verilator.find_verilator()
    assert tool in str(missing.value)


def test_an_unknown_module_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no module no_such_thing\.sv"):
        module_sources("no_such_thing")


def test_a_simulator_is_built_in_a_folder_with_a_space(tmp_path: Path) -> None:
    root = tmp_path / "a folder"
    folder = verilator.build(module_sources("skid_buffer"), "skid_buffer", {}, root)
    assert os.access(folder / "skid_buffer", os.X_OK)
    assert {path.name.partition("-")[0] for path in root.iterdir()} == {"skid_buffer", "runtime"}
