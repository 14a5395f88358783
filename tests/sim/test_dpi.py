# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""C++ behind Verilog ports: exact words, frame after frame, whatever the ports do; instances are apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.numerics import ByteArray, pack_words
from bbcu_fpga.resources import hls_dir
from bbcu_fpga.sim import verilator
from bbcu_fpga.sim.cpp import ap_types_dir
from bbcu_fpga.sim.dpi import CppModule, ModuleSources, generate
from bbcu_fpga.sim.errors import SimulatorBuildError, StreamDeadlockError
from bbcu_fpga.sim.job import Pattern, Scenario
from bbcu_fpga.sim.run import simulate, simulate_scenarios
from tests.operators.bench import all_rests
from tests.operators.streams import dirty_padding

HERE = Path(__file__).parent
MODULE = CppModule("join_streams", inputs=[9, 70], outputs=[82])
PLACES, FRAMES = 7, 6  # of words in a frame


def sources(folder: Path, header: Path) -> ModuleSources:
    """Return the sources of the function in `header`, generated into `folder`."""
    include_dirs = [header.parent, hls_dir() / "pc", ap_types_dir()]
    return generate([MODULE], include_dirs, folder / "shim")


@pytest.fixture
def joined(tmp_path: Path) -> ModuleSources:
    """Return the sources of the module."""
    (tmp_path / "with space").mkdir()
    header = tmp_path / "with space" / "join_streams.h"
    header.write_text((HERE / "join_streams.h").read_text())
    return sources(tmp_path, header)


def random_bits(rng: np.random.Generator, width: int) -> np.ndarray:
    return rng.integers(0, 2, (PLACES * FRAMES, width))


def streams(seed: int) -> tuple[ByteArray, ByteArray, ByteArray]:
    """Return the words of both inputs, and of the output."""
    rng = np.random.default_rng(seed)
    narrow, wide = random_bits(rng, 9), random_bits(rng, 70)
    narrow[0], wide[0], narrow[1], wide[1] = 0, 0, 1, 1
    places = np.arange(PLACES * FRAMES)[:, None] % PLACES >> np.arange(3) & 1
    result = pack_words(np.concatenate([places, narrow, wide], axis=1), 1)
    inputs = (dirty_padding(rng, pack_words(bits, 1), bits.shape[1]) for bits in (narrow, wide))
    return (*inputs, result)


def test_lint(joined: ModuleSources) -> None:
    verilator.lint(joined.verilog, "join_streams")


def test_two_instances_in_every_scenario(joined: ModuleSources, simulator_root: Path) -> None:
    (in0, in1, out0), (in2, in3, out1) = streams(1), streams(2)
    inputs = {"in0": in0, "in1": in1, "in2": in2, "in3": in3}
    expected = {"out0": out0, "out1": out1}
    # at the reset words wait in front of the first instance, and in front of and behind the second
    one_waits = Scenario({"in1": Pattern(every=9)}, {"out1": Pattern(start=60)}, reset_at=20)
    results = simulate_scenarios(
        "pair",
        [*joined.verilog, HERE / "pair.sv"],
        # after 10 cycles both are in the middle of a frame
        [one_waits, *all_rests(inputs, expected, reset_at=10)],
        inputs=inputs,
        expected=expected,
        build_root=simulator_root,
        cpp=joined.cpp,
        frames=FRAMES,
        timeout_cycles=500,
    )
    assert [result.compared for result in results] == [2 * PLACES * FRAMES] * 7


def test_a_function_that_waits_in_vain_is_a_deadlock(joined: ModuleSources, simulator_root: Path) -> None:
    """Ten whole words leave; the process holds one more of in0, and its stream two."""
    in0, in1, out0 = streams(3)
    with pytest.raises(StreamDeadlockError, match="in0 offers word 13 of 42") as deadlock:
        simulate(
            "join_streams",
            joined.verilog,
            inputs={"in0": in0, "in1": in1[:10]},
            expected={"out0": out0},
            build_root=simulator_root,
            cpp=joined.cpp,
            timeout_cycles=200,
        )
    assert deadlock.value.ports[-1] == "out0 waits for word 10 of 42"


def test_a_changed_header_is_compiled_again(
    joined: ModuleSources, simulator_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the test before this one may have built it
    folder = verilator.build(joined.verilog, "join_streams", {}, simulator_root, joined.cpp)
    monkeypatch.setattr(verilator, "_compile", None)  # a second compilation would fail
    assert verilator.build(joined.verilog, "join_streams", {}, simulator_root, joined.cpp) == folder
    header = joined.cpp.include_dirs[1] / "join_streams.h"
    header.write_text(header.read_text().replace("word = place", "word = place + 1"))
    with pytest.raises(TypeError):
        verilator.build(joined.verilog, "join_streams", {}, simulator_root, joined.cpp)


def test_cpp_that_does_not_compile_shows_the_compiler_log(tmp_path: Path, simulator_root: Path) -> None:
    header = tmp_path / "join_streams.h"
    header.write_text((HERE / "join_streams.h").read_text().replace("in0.read()", "in0.raed()"))
    joined = sources(tmp_path, header)
    with pytest.raises(SimulatorBuildError, match=r"join_streams\.h:.*error.*raed"):
        verilator.build(joined.verilog, "join_streams", {}, simulator_root, joined.cpp)
