# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runtime on a board of Python: every way to restore, and what happens when something fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from bbcu_fpga.runtime.errors import (
    BoardSetupError,
    BoardTimeoutError,
    BusyError,
    DmaError,
    DriverFolderError,
    ImageError,
    OverlayMismatchError,
)
from tests.runtime.conftest import FastBoard, double, write_folder

Pictures = Callable[..., np.ndarray]


@pytest.mark.parametrize("size", [(9, 7), (9, 8), (23, 31)])
def test_pictures_of_the_frame_and_larger(
    board: FastBoard, pictures: Pictures, size: tuple[int, int]
) -> None:
    accelerator = board.load(max_batch=3)
    picture = pictures(*size, 3)
    for _ in range(2):
        np.testing.assert_array_equal(accelerator.restore(picture), double(picture))
    # a picture need not lie in memory in one piece
    flipped = picture[::-1, ::-1]
    np.testing.assert_array_equal(accelerator.restore(flipped), double(flipped))


@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_batch(board: FastBoard, pictures: Pictures, count: int) -> None:
    batch = pictures(count, 9, 7, 3)
    np.testing.assert_array_equal(board.load(max_batch=3).restore_batch(batch), double(batch))


def test_batch_of_tiled_pictures(board: FastBoard, pictures: Pictures) -> None:
    batch = pictures(3, 14, 12, 3)
    np.testing.assert_array_equal(board.load(max_batch=4).restore_batch(batch), double(batch))


def test_stream_of_pictures_of_several_sizes(board: FastBoard, pictures: Pictures) -> None:
    sizes = [(9, 7), (20, 30), (9, 7), (9, 7), (12, 9)]
    sent = [pictures(*size, 3) for size in sizes]
    received = list(board.load(max_batch=3).stream(iter(sent)))
    assert len(received) == len(sent)
    for picture, restored in zip(sent, received, strict=True):
        np.testing.assert_array_equal(restored, double(picture))


def test_results_of_a_stream_are_copies(board: FastBoard, pictures: Pictures) -> None:
    sent = pictures(6, 9, 7, 3)
    received = list(board.load().stream(sent))
    np.testing.assert_array_equal(np.stack(received), double(sent))


def test_empty_stream(board: FastBoard) -> None:
    assert list(board.load().stream([])) == []


def test_a_stream_left_early_or_failing_leaves_the_hardware_usable(
    board: FastBoard, pictures: Pictures
) -> None:
    accelerator = board.load()
    frames = pictures(5, 9, 7, 3)
    for restored in accelerator.stream(frames):
        np.testing.assert_array_equal(restored, double(frames[0]))
        break

    def camera() -> Iterator[np.ndarray]:
        yield frames[0]
        raise OSError("the camera is gone")

    with pytest.raises(OSError, match="camera is gone"):
        list(accelerator.stream(camera()))
    np.testing.assert_array_equal(accelerator.restore(frames[3]), double(frames[3]))


def test_start_and_wait(board: FastBoard, pictures: Pictures) -> None:
    accelerator = board.load()
    first, second = pictures(2, 9, 7, 3)
    accelerator.start(first)
    assert not accelerator.is_done()
    for call in (lambda: accelerator.start(second), lambda: accelerator.restore(second)):
        with pytest.raises(BusyError, match="in flight"):
            call()
    while not accelerator.is_done():
        pass
    assert accelerator.is_done(), "the hardware's bit is cleared by the first read"
    np.testing.assert_array_equal(accelerator.wait(), double(first))
    with pytest.raises(BusyError, match="no run"):
        accelerator.wait()
    np.testing.assert_array_equal(accelerator.restore(second), double(second))


def test_start_refuses_more_frames_than_a_run_has(board: FastBoard, pictures: Pictures) -> None:
    with pytest.raises(ImageError, match="is cut into 4 frames, a run has at most 2"):
        board.load(max_batch=2).start(pictures(14, 10, 3))


def test_benchmark_reads_the_hardware(board: FastBoard) -> None:
    result = board.load(max_batch=4).benchmark(frames=10)
    assert (result.cycles_per_frame, result.latency_cycles, result.frames) == (1000, 1500, 10)
    assert result.hardware_fps == 50e6 / 1000
    assert result.fps == 10 / result.seconds > 0


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((9, 6, 3), np.uint8), "6 pixels are fewer than the 7"),
        (np.zeros((9, 7), np.uint8), r"not uint8 \[9, 7\]"),
        (np.zeros((9, 7, 4), np.uint8), "has 4 channels, the accelerator takes 3"),
        (np.zeros((9, 7, 3)), "not float64"),
        ([[1]], "not <class 'list'>"),
    ],
)
def test_pictures_that_cannot_be_restored(board: FastBoard, picture: np.ndarray, message: str) -> None:
    with pytest.raises(ImageError, match=message):
        board.load().restore(picture)


def test_time_out_resets_and_the_next_frame_is_right(board: FastBoard, pictures: Pictures) -> None:
    accelerator = board.load(timeout_s=0.05)
    board.logic.hung = True
    picture = pictures(9, 7, 3)
    with pytest.raises(BoardTimeoutError, match=r"no result after 0\.05 s, the input DMA is still running"):
        accelerator.restore(picture)
    np.testing.assert_array_equal(accelerator.restore(picture), double(picture))


def test_dma_error_resets_and_the_next_frame_is_right(board: FastBoard, pictures: Pictures) -> None:
    accelerator = board.load()
    board.logic.failing = 1
    picture = pictures(9, 7, 3)
    with pytest.raises(DmaError, match="a failed read of memory"):
        accelerator.restore(picture)
    assert board.logic.status.errors == 0
    np.testing.assert_array_equal(accelerator.restore(picture), double(picture))


def test_a_run_left_by_a_killed_process_is_ended(board: FastBoard, pictures: Pictures) -> None:
    board.load().start(pictures(9, 7, 3))
    board.logic.hung = True
    picture = pictures(9, 7, 3)
    np.testing.assert_array_equal(board.load().restore(picture), double(picture))


def test_loading_programs_the_folders_bitstream_and_sets_the_clock(board: FastBoard) -> None:
    board.load()
    assert board.pynq.bitstreams == [str(board.folder / "doubler.bit")]
    assert board.pynq.cleared == 1
    assert board.logic.slcr.clock_mhz() == 50.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"build_id": 1}, "build id 0x12345678, the folder describes 0x1"),
        ({"input_shape": [9, 8, 3]}, "frame width 0x7"),
        ({"output_shape": [9, 14, 3]}, "output bytes 0x2f4"),
        ({"banks": {"idma0": 0x4000_0000, "odma0": 0x4100_0000}}, "odma0 at 0x40010000, the folder"),
    ],
)
def test_logic_of_another_build_is_refused(
    board: FastBoard, changes: dict[str, object], message: str
) -> None:
    write_folder(board.folder, **changes)
    with pytest.raises(OverlayMismatchError, match=message):
        board.load()


def test_a_clock_that_cannot_be_set_is_refused(board: FastBoard) -> None:
    # the nearest clock that the board has is faster
    write_folder(board.folder, clock_mhz=0.2)
    with pytest.raises(OverlayMismatchError, match=r"would run at 0\.25\d+ MHz"):
        board.load()


def test_machines_that_cannot_load(board: FastBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOARD", "Pynq-Z1")
    with pytest.raises(BoardSetupError, match=r"this board is a Pynq-Z1, .* built for a Pynq-Z2"):
        board.load()
    monkeypatch.delenv("XILINX_XRT")
    with pytest.raises(BoardSetupError, match="XILINX_XRT is not set"):
        board.load()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(BoardSetupError, match="not root"):
        board.load()


def test_missing_pynq_is_named(board: FastBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pynq", None)
    with pytest.raises(BoardSetupError, match="pynq is missing"):
        board.load()


def test_too_little_contiguous_memory_is_named(board: FastBoard) -> None:
    with pytest.raises(BoardSetupError, match="no contiguous memory for 5000 frames .* smaller max_batch"):
        board.load(max_batch=5000)


def test_folder_without_bitstream(board: FastBoard) -> None:
    write_folder(board.folder, files={})
    with pytest.raises(DriverFolderError, match="holds no bitstream"):
        board.load()
