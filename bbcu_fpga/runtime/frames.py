# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Frames in, restored frames out, with two pairs of buffers: the processor copies while the logic works."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .dma import Counters, DmaPair
from .errors import BoardSetupError, BusyError
from .manifest import Manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Frames = NDArray[np.uint8]

# what a run may take beyond its cycles: the operating system may be busy
GRACE_SECONDS = 2.0
# a run that takes so many times what the build predicts is hung
PATIENCE = 10


class _Slot:
    """A buffer of `capacity` input frames and one of as many output frames, both seen by the DMA."""

    def __init__(self, manifest: Manifest, capacity: int) -> None:
        self.source = _allocate((capacity, *manifest.input_shape))
        self.target = _allocate((capacity, *manifest.output_shape))

    def fill(self, frames: Frames) -> None:
        """Copy frames to where the DMA reads."""
        self.source[: len(frames)] = frames
        self.source.flush()
        # lines of the cache that hold the last result must not be written over the next one
        self.target.invalidate()

    def take(self, count: int) -> Frames:
        """Return a copy of what the DMA wrote."""
        self.target.invalidate()
        return np.array(self.target[:count])


class FrameEngine:
    """Runs of up to `capacity` frames back to back, one run at a time.

    Args:
        manifest: shapes, clock and predicted cycles.
        dma: the hardware.
        capacity: frames of a run; two input and two output buffers of that many frames are allocated.
        timeout_s: for a run; None: ten times what the build predicts, and two seconds.
    """

    def __init__(self, manifest: Manifest, dma: DmaPair, capacity: int, timeout_s: float | None) -> None:
        self.manifest, self.capacity, self.timeout_s = manifest, capacity, timeout_s
        self._dma = dma
        self._slots = [_Slot(manifest, capacity), _Slot(manifest, capacity)]
        self._next = 0
        self._flight: tuple[_Slot, int] | None = None
        self.counters: Counters | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a run was started and not waited for."""
        return self._flight is not None

    def start(self, frames: Frames) -> None:
        """Begin a run; uint8 [N, H, W, C] with N up to `capacity`. Raises BusyError if one is in flight."""
        if self.is_busy:
            raise BusyError("a run is in flight: wait for it first")
        self._launch(self._prepare(frames), len(frames))

    def is_done(self) -> bool:
        """Tell whether the run in flight has ended; raises BusyError if there is none."""
        self._expect_flight()
        return self._dma.is_done()

    def wait(self) -> Frames:
        """Return the frames of the run in flight; raises BoardTimeoutError and DmaError as the hardware."""
        slot, count = self._finish()
        return slot.take(count)

    def stream(self, runs: Iterable[Frames]) -> Iterator[Frames]:
        """Restore run after run; while the hardware works, the next is copied in and the last copied out."""
        for frames in runs:
            slot = self._prepare(frames)
            ready = self._finish() if self.is_busy else None
            self._launch(slot, len(frames))
            if ready is not None:
                yield ready[0].take(ready[1])
        if self.is_busy:
            yield self.wait()

    def abandon(self) -> None:
        """Forget a run in flight, if there is one, and reset the hardware."""
        if self.is_busy:
            self._flight = None
            self._dma.reset()

    def _prepare(self, frames: Frames) -> _Slot:
        slot = self._slots[self._next]
        slot.fill(frames)
        return slot

    def _launch(self, slot: _Slot, count: int) -> None:
        self._dma.start(slot.source.device_address, slot.target.device_address, count)
        self._flight = slot, count
        self._next = 1 - self._next

    def _finish(self) -> tuple[_Slot, int]:
        slot, count = self._expect_flight()
        # whatever happens now, the run is over: an error resets the hardware
        self._flight = None
        self.counters = self._dma.wait(self._timeout(count))
        return slot, count

    def _expect_flight(self) -> tuple[_Slot, int]:
        if self._flight is None:
            raise BusyError("no run is in flight: start one first")
        return self._flight

    def _timeout(self, count: int) -> float:
        if self.timeout_s is not None:
            return self.timeout_s
        cycles = PATIENCE * (count + 1) * self.manifest.cycles_per_frame
        return GRACE_SECONDS + cycles / (1e6 * self.manifest.clock_mhz)


def _allocate(shape: tuple[int, ...]) -> Any:
    """Return a buffer that the processor caches and the DMA can reach."""
    try:
        return importlib.import_module("pynq").allocate(shape, dtype=np.uint8, cacheable=1)
    except RuntimeError as error:
        raise BoardSetupError(
            f"no contiguous memory for {shape[0]} frames ({error}): choose a smaller max_batch, "
            "or restart the board"
        ) from error
