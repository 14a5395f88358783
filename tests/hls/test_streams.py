# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The streams of a PC: words in order, deadlocks that name who waits for what, and no misuse passed over."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bbcu_fpga.resources import hls_dir
from bbcu_fpga.sim.cpp import STANDARD, compile_program, find_compiler
from tests.hls.program import FOLDER, MODES, Mode

UNBOUNDED, BOUNDED = MODES["cpp14"], MODES["cpp17_bounded_sanitized"]
QUICK_BOUNDED = Mode(("-O0", "-Werror"), ("BBCU_BOUNDED",))
DEADLOCK, MISUSE = 3, 4
# The first window needs a row and two pixels; the fork gives a word to the branch before it gives it to the
# skip.
LEAST_SKIP_DEPTH = 5 + 1


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _compile(source: str, folder: Path, mode: Mode, **defines: str) -> Path:
    defines |= dict.fromkeys(mode.defines, "1")
    return compile_program([FOLDER / source], folder / "program", defines=defines, flags=mode.flags)


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _compile("streams.cpp", tmp_path_factory.mktemp("bounded"), BOUNDED)


@pytest.fixture(scope="module")
def unbounded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _compile("streams.cpp", tmp_path_factory.mktemp("unbounded"), UNBOUNDED)


@pytest.mark.parametrize("program", ["bounded", "unbounded"])
@pytest.mark.parametrize("scenario", ["equal", "without_waiting"])
def test_words_pass_in_order(program: str, scenario: str, request: pytest.FixtureRequest) -> None:
    result = _run(request.getfixturevalue(program), scenario)
    assert (result.returncode, result.stdout) == (0, "ended\n"), result.stderr


def test_a_fiber_is_resumed_from_outside(bounded: Path) -> None:
    result = _run(bounded, "resumed")
    assert (result.returncode, result.stdout) == (0, "ended\n"), result.stderr


def test_a_missing_word(bounded: Path, unbounded: Path) -> None:
    result = _run(unbounded, "missing")
    assert (result.returncode, result.stdout) == (MISUSE, "")
    assert result.stderr == "stream between: a process reads more words than were written to it\n"
    result = _run(bounded, "missing")
    assert (result.returncode, result.stdout) == (DEADLOCK, "")
    assert "produce: has ended" in result.stderr
    assert "consume: waits for a word from between (0 of 3 words)" in result.stderr


@pytest.mark.parametrize("program", ["bounded", "unbounded"])
def test_a_word_left_over(program: str, request: pytest.FixtureRequest) -> None:
    result = _run(request.getfixturevalue(program), "left")
    assert (result.returncode, result.stdout) == (MISUSE, "")
    assert "stream between: 1 words are left at the end of the frame" in result.stderr


@pytest.mark.parametrize(
    ("program", "scenario"), [("bounded", "empty"), ("bounded", "full"), ("unbounded", "empty")]
)
def test_nobody_to_wait_for(program: str, scenario: str, request: pytest.FixtureRequest) -> None:
    result = _run(request.getfixturevalue(program), scenario)
    assert (result.returncode, result.stdout) == (MISUSE, "")
    assert "stream outside: " in result.stderr


def test_a_skip_as_deep_as_its_branch_is_late(tmp_path: Path) -> None:
    program = _compile("residual_join.cpp", tmp_path, BOUNDED, SKIP_DEPTH=str(LEAST_SKIP_DEPTH))
    result = _run(program)
    assert (result.returncode, result.stdout) == (0, "equal\n"), result.stderr


def test_a_shallower_skip_deadlocks_and_is_named(tmp_path: Path) -> None:
    program = _compile("residual_join.cpp", tmp_path, QUICK_BOUNDED, SKIP_DEPTH=str(LEAST_SKIP_DEPTH - 1))
    result = _run(program)
    assert (result.returncode, result.stdout) == (DEADLOCK, "")
    full = f"({LEAST_SKIP_DEPTH - 1} of {LEAST_SKIP_DEPTH - 1} words)"
    for line in (
        "deadlock: no process can go on",
        f"bbcu::stream_fork<8, PIXELS>: waits for space in skip {full}",
        "bbcu::window_generator<8, 1, 1, HEIGHT, WIDTH, 3, 0>: waits for a word from branch (0 of 2 words)",
        "join: waits for a word from windows (0 of 2 words)",
        "A full stream beside a longer path is too shallow",
    ):
        assert line in result.stderr


def test_vitis_sees_plain_streams_and_calls(tmp_path: Path) -> None:
    """Preprocessed as Vitis HLS does it, with its own headers left out, nothing of the PC remains."""
    for header in ("ap_int.h", "hls_stream.h"):
        (tmp_path / header).write_text("")
    source = tmp_path / "top.cpp"
    source.write_text(
        "#include <bbcu/dataflow.h>\nvoid top() {\nBBCU_REGION();\nBBCU_STREAM(ap_uint<8>, between, 3);\n"
        "BBCU_RUN(bbcu::first<1, 2>(in0, between));\nBBCU_RUN(second(between, out0));\nBBCU_WAIT();\n}\n"
    )
    folders = [f"-I{tmp_path}", f"-I{hls_dir()}"]
    result = _run(find_compiler(), "-E", "-P", STANDARD, "-D__SYNTHESIS__", *folders, source)
    assert result.returncode == 0, result.stderr
    expected = """void top() {
        ;
        hls::stream<ap_uint<8>> between("between");
        #pragma HLS STREAM variable=between depth=3
        ;
        bbcu::first<1, 2>(in0, between);
        second(between, out0);
        ;
    }"""
    assert "".join(result.stdout.split()) == "".join(expected.split())


@pytest.mark.parametrize(
    "shuffle", ["pixel_shuffle<8, 1, HEIGHT / 2, WIDTH / 2, 2>", "pixel_unshuffle<8, 1, HEIGHT, WIDTH, 2>"]
)
def test_the_lag_of_a_pixel_shuffle(shuffle: str, tmp_path: Path) -> None:
    """The headers' LAG, the same for both of FACTOR = 2, is what a stream beside them must hold."""
    lag = (4 - 1) * 2 * (2 - 1)
    assert lag == (8 - 2) * (2 - 1)
    defines = {"SHUFFLE": shuffle}
    results = [
        _run(
            _compile("shuffle_lag.cpp", tmp_path, QUICK_BOUNDED, SKIP_DEPTH=str(depth), **defines)
        ).returncode
        for depth in (lag, lag - 1)
    ]
    assert results == [0, DEADLOCK]


def test_without_limits_any_depth_does(tmp_path: Path) -> None:
    result = _run(_compile("residual_join.cpp", tmp_path, UNBOUNDED, SKIP_DEPTH="1"))
    assert (result.returncode, result.stdout) == (0, "equal\n"), result.stderr
