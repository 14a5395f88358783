# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runtime on the Verilated shell, without pynq: an accelerator that returns its input, and faults."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

from bbcu_fpga.board.library import compile_library
from bbcu_fpga.board.model.bus import POOL_BASE, Bus, BusError
from bbcu_fpga.board.model.verilated import VerilatedLogic
from bbcu_fpga.board.model.zynq import SLCR_BASE, SLCR_BYTES, Slcr
from bbcu_fpga.resources import module_sources
from bbcu_fpga.runtime import Accelerator
from bbcu_fpga.runtime.dma import DmaPair
from bbcu_fpga.runtime.errors import BoardTimeoutError, DmaError, OverlayMismatchError
from bbcu_fpga.runtime.registers import BANKS, Dma
from bbcu_fpga.transformation import generate_shell
from benchmarks.faults.bench import FaultBench
from benchmarks.faults.kinds import KINDS, Kind, Outcome, attempt
from tests.board import fake_pynq
from tests.runtime.conftest import MANIFEST, write_folder

TRIALS = 4
# 189 bytes in a frame: frames do not begin at a multiple of 8
SHELL = generate_shell.Shell(
    base=generate_shell.BASE_ADDRESS,
    version=generate_shell.MAP_VERSION,
    build_id=MANIFEST.build_id,
    frame_width=7,
    frame_height=9,
    input_bytes=189,
    output_bytes=189,
    input_stream_bytes=3,
    output_stream_bytes=3,
)
ECHO = dataclasses.replace(MANIFEST, output_shape=MANIFEST.input_shape, scale=1)


@pytest.fixture(scope="module")
def library(simulator_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Verilated shell with the stand-in behind it."""
    system = tmp_path_factory.mktemp("echo") / f"{generate_shell.SYSTEM}.v"
    names = {"top": generate_shell.SYSTEM, "accelerator": "accelerator"}
    template = generate_shell._templates.get_template("system.v.j2")
    system.write_text(template.render(shell=SHELL, system=generate_shell.SYSTEM, **names))
    sources = [*module_sources("bbcu_shell", "stream_fifo"), Path(__file__).parent / "echo.sv", system]
    return compile_library(generate_shell.SYSTEM, sources, simulator_root / "board")


@dataclasses.dataclass
class Echo:
    """The parts of a board that is switched on and programmed."""

    bus: Bus
    slcr: Slcr
    logic: VerilatedLogic
    folder: Path


@pytest.fixture
def board(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Echo:
    """Return a board on which the runtime finds a stand-in for pynq."""
    bus, slcr = Bus(pool_bytes=1 << 20, access_limit=20_000), Slcr()
    bus.attach(SLCR_BASE, SLCR_BYTES, slcr)
    logic = VerilatedLogic(library, tmp_path, bus, slcr, MANIFEST.clock_mhz)
    fake_pynq.install(monkeypatch, bus, slcr, logic.program)
    content = dataclasses.asdict(ECHO)
    del content["files"]
    return Echo(bus, slcr, logic, write_folder(tmp_path / "driver", **content))


def pictures(count: int) -> np.ndarray:
    """Return random frames."""
    return np.random.default_rng(count).integers(0, 256, (count, 9, 7, 3), dtype=np.uint8)


def test_all_bytes_come_back(board: Echo) -> None:
    accelerator = Accelerator(board.folder, max_batch=5, timeout_s=60)
    batch = pictures(13)
    np.testing.assert_array_equal(accelerator.restore_batch(batch), batch)
    np.testing.assert_array_equal(np.stack(list(accelerator.stream(batch))), batch)
    result = accelerator.benchmark(frames=7)
    # one word a cycle, nearly: the memory rests
    assert 63 <= result.cycles_per_frame < 2 * 63


def test_faults_are_reported_and_the_next_frames_are_right(board: Echo) -> None:
    accelerator = Accelerator(board.folder, max_batch=3, timeout_s=60)
    batch = pictures(3)
    for fault, message in (({"reads": 1}, "a failed read"), ({"writes": 1}, "a failed write")):
        board.logic.fail(**fault)
        with pytest.raises(DmaError, match=message):
            accelerator.restore_batch(batch)
        np.testing.assert_array_equal(accelerator.restore_batch(batch), batch)


def test_time_out_in_the_middle_of_a_run(board: Echo) -> None:
    accelerator = Accelerator(board.folder, max_batch=8, timeout_s=0)
    batch = pictures(8)
    # little time passes at each access
    board.logic.cycles_per_access = 1
    with pytest.raises(BoardTimeoutError, match="input DMA is still running"):
        accelerator.restore_batch(batch)
    board.logic.cycles_per_access = 1000
    accelerator._engine.timeout_s = 60
    np.testing.assert_array_equal(accelerator.restore_batch(batch), batch)


def test_logic_of_another_build_is_refused(board: Echo) -> None:
    content = {**dataclasses.asdict(ECHO), "build_id": 7}
    del content["files"]
    write_folder(board.folder, **content)
    with pytest.raises(OverlayMismatchError, match="has build id 0x12345678, the folder describes 0x7"):
        Accelerator(board.folder)


def test_what_a_board_punishes_is_an_error(board: Echo) -> None:
    with pytest.raises(BusError, match="not programmed"):
        board.bus.read(BANKS["idma0"])
    board.logic.program()
    with pytest.raises(BusError, match="runs at 200 MHz, it was built for 50 MHz"):
        board.bus.read(BANKS["idma0"])
    Accelerator(board.folder, max_batch=2)
    with pytest.raises(BusError, match="the logic answers DECERR"):
        board.bus.read(0x4FFF_0000)
    # the last buffer's end, where nobody's memory begins
    last = board.bus.buffers[-1]
    for offset, value in (
        (Dma.ADDRESS_LOW, last.address + len(last.memory)),
        (Dma.REPEAT, 1),
        (0, Dma.START),
    ):
        board.bus.write(BANKS["idma0"] + offset, value)
    with pytest.raises(BusError, match="the DMA reads .* outside every allocated buffer"):
        board.bus.read(BANKS["idma0"])
    assert last.address > POOL_BASE


@pytest.fixture
def bench(library: Path, tmp_path: Path) -> FaultBench:
    """Return a board whose accelerator returns its input."""
    frames = pictures(16)
    return FaultBench(library, tmp_path, MANIFEST.clock_mhz, frames, frames)


def try_kind(bench: FaultBench, kind: Kind) -> list[Outcome]:
    draw = random.Random(kind.name)
    return [attempt(kind, bench, draw) for _ in range(TRIALS)]


def kind_named(name: str) -> Kind:
    return next(kind for kind in KINDS if kind.name == name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_next_frame_is_right(bench: FaultBench, kind: Kind) -> None:
    outcomes = try_kind(bench, kind)
    assert set(outcomes) <= set(kind.allowed), outcomes


def test_wrong_bytes_are_found(bench: FaultBench) -> None:
    bench.expected = bench.expected ^ np.uint8(1)
    pause, reset = kind_named("memory pauses on r"), kind_named("soft reset in mid-run")
    assert set(try_kind(bench, pause)) == {Outcome.SILENT}
    assert set(try_kind(bench, reset)) == {Outcome.NOT_RIGHT_AGAIN}


@pytest.mark.parametrize("name", ["soft reset in mid-run", "time-out in mid-run", "reads answered SLVERR"])
def test_a_driver_that_does_not_reset_is_found(
    bench: FaultBench, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(DmaPair, "reset", lambda _: None)
    assert Outcome.NOT_RIGHT_AGAIN in try_kind(bench, kind_named(name))


def test_a_driver_that_ignores_errors_is_found(bench: FaultBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bbcu_fpga.runtime.registers.Status.ERRORS", 0x30)
    outcomes = try_kind(bench, kind_named("unusable buffers"))
    assert Outcome.SILENT in outcomes, outcomes
