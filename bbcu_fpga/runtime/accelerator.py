# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The accelerator as a user sees it: pictures in, restored pictures out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from . import overlay
from .dma import Counters, DmaPair
from .errors import BusyError, ImageError
from .frames import FrameEngine
from .manifest import Manifest
from .registers import INPUT_DMA, OUTPUT_DMA, STATUS
from .tiling import Tiling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Benchmark:
    """What `Accelerator.benchmark` measured.

    `fps` is over all, with the copies into and out of the buffers, by the operating system's clock.
    `hardware_fps` follows from the hardware's counter and the clock: `cycles_per_frame` is what one more
    frame takes in a run, `latency_cycles` what a run of one frame takes. Stalls are those of a full run.
    """

    frames: int
    seconds: float
    fps: float
    hardware_fps: float
    cycles_per_frame: int
    latency_cycles: int
    input_stalls: int
    output_stalls: int
    clock_mhz: float


class Accelerator:
    """An accelerator that is loaded into the programmable logic.

    Args:
        path: the folder that `bbcu-fpga board package` wrote, copied to the board.
        max_batch: frames of a run; memory for four times as many is taken.
        timeout_s: for a run; None: from the predicted cycles.

    Raises:
        DriverFolderError, BoardSetupError, OverlayMismatchError: it cannot be loaded; the message says why.
    """

    def __init__(self, path: str | Path = ".", *, max_batch: int = 4, timeout_s: float | None = None) -> None:
        if max_batch < 2:
            raise ValueError(f"max_batch must be at least 2, got {max_batch}")
        folder = Path(path).resolve()
        self.manifest = Manifest.load(folder)
        banks = overlay.load(folder, self.manifest)
        dma = DmaPair(banks[INPUT_DMA], banks[OUTPUT_DMA], banks[STATUS])
        # an earlier process may have been killed in the middle of a run
        dma.reset()
        self._engine = FrameEngine(self.manifest, dma, max_batch, timeout_s)
        self._started: Tiling | None = None

    @property
    def counters(self) -> Counters | None:
        """What the hardware counted in the last run; None before the first."""
        return self._engine.counters

    def restore(self, picture: Picture) -> Picture:
        """Restore uint8 [H, W, C] of the built frame's size or larger: uint8 [s*H, s*W, C].

        A larger picture is cut into overlapping frames; the result is that of the whole picture.

        Raises:
            ImageError: of another type, or smaller than the built frame.
            BoardTimeoutError, DmaError: the hardware failed and was reset; the next picture is right again.
            BusyError: a run is in flight.
        """
        (restored,) = self.stream([picture])
        return restored

    def restore_batch(self, pictures: Picture) -> Picture:
        """Restore uint8 [N, H, W, C], in runs of frames back to back; errors as `restore`."""
        plans = [self._plan(picture) for picture in pictures]
        tiles = (tile for plan, picture in zip(plans, pictures) for tile in plan.split(picture))
        with self._exclusive():
            restored = np.concatenate(list(self._engine.stream(self._runs(tiles))))
        ends = np.cumsum([len(plan) for plan in plans])[:-1]
        parts = np.split(restored, [int(end) for end in ends])
        return np.stack([plan.join(part, self.manifest.scale) for plan, part in zip(plans, parts)])

    def stream(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """Restore pictures as they come, a video for instance; errors as `restore`.

        While the hardware works on a picture, the next is copied in, so that results come one picture late.
        """
        plans: deque[tuple[Tiling, int]] = deque()
        parts: list[Picture] = []
        with self._exclusive():
            for part in self._engine.stream(self._plan_runs(pictures, plans)):
                parts.append(part)
                plan, count = plans[0]
                if len(parts) == count:
                    plans.popleft()
                    joined, parts = np.concatenate(parts), []
                    yield plan.join(joined, self.manifest.scale)

    def start(self, picture: Picture) -> None:
        """Begin to restore a picture of up to `max_batch` frames and return at once; errors as `restore`."""
        plan = self._plan(picture)
        if len(plan) > self._engine.capacity:
            raise ImageError(
                f"the picture is cut into {len(plan)} frames, a run has at most {self._engine.capacity}: "
                "use restore(), or a larger max_batch"
            )
        self._engine.start(plan.split(picture))
        self._started = plan

    def is_done(self) -> bool:
        """Tell whether the started picture is restored; raises BusyError if none was started."""
        return self._engine.is_done()

    def wait(self) -> Picture:
        """Return the started picture, restored; errors as `restore`, BusyError if none was started."""
        restored = self._engine.wait()
        assert self._started is not None
        return self._started.join(restored, self.manifest.scale)

    def benchmark(self, frames: int = 100) -> Benchmark:
        """Restore `frames` random frames and return the frame rates and the hardware's counters."""
        if frames < 2:
            raise ValueError(f"a benchmark needs at least 2 frames, got {frames}")
        batch = self._random_frames(self._engine.capacity)
        with self._exclusive():
            latency, last = self._count(batch[:1]), self._count(batch)
            sizes = [min(len(batch), frames - first) for first in range(0, frames, len(batch))]
            begin = time.perf_counter()
            for _ in self._engine.stream(batch[:size] for size in sizes):
                pass
            seconds = time.perf_counter() - begin
        cycles = (last.cycles - latency.cycles) // (len(batch) - 1)
        return Benchmark(
            frames=frames,
            seconds=seconds,
            fps=frames / seconds,
            hardware_fps=1e6 * self.manifest.clock_mhz / cycles,
            cycles_per_frame=cycles,
            latency_cycles=latency.cycles,
            input_stalls=last.input_stalls,
            output_stalls=last.output_stalls,
            clock_mhz=self.manifest.clock_mhz,
        )

    def _count(self, frames: Picture) -> Counters:
        self._engine.start(frames)
        self._engine.wait()
        assert self.counters is not None
        return self.counters

    def _random_frames(self, count: int) -> Picture:
        values = np.random.default_rng(0).integers(0, 256, (count, *self.manifest.input_shape))
        return values.astype(np.uint8)

    def _plan(self, picture: Any) -> Tiling:
        """Return how a picture is cut into frames; raises ImageError for what cannot be restored."""
        height, width, channels = self.manifest.input_shape
        if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8 or picture.ndim != 3:
            kind = (
                f"{picture.dtype} {list(picture.shape)}" if isinstance(picture, np.ndarray) else type(picture)
            )
            raise ImageError(f"a picture is a NumPy array of uint8 [height, width, {channels}], not {kind}")
        if picture.shape[2] != channels:
            raise ImageError(f"the picture has {picture.shape[2]} channels, the accelerator takes {channels}")
        return Tiling.cover(picture.shape[0], picture.shape[1], height, width, self.manifest.halo)

    def _plan_runs(self, pictures: Iterable[Picture], plans: deque[tuple[Tiling, int]]) -> Iterator[Picture]:
        """Yield the runs of each picture and note in `plans` how many it has."""
        for picture in pictures:
            plan = self._plan(picture)
            plans.append((plan, -(-len(plan) // self._engine.capacity)))
            yield from self._runs(plan.split(picture))

    def _runs(self, tiles: Iterable[Picture]) -> Iterator[Picture]:
        """Group tiles into runs."""
        run: list[Picture] = []
        for tile in tiles:
            run.append(tile)
            if len(run) == self._engine.capacity:
                yield np.stack(run)
                run = []
        if run:
            yield np.stack(run)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Refuse to begin while a run is in flight, and leave none behind when something fails."""
        if self._engine.is_busy:
            raise BusyError("a run is in flight: wait for it first")
        try:
            yield
        finally:
            self._engine.abandon()
