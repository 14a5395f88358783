# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The kinds of faults: each disturbs one run, at a moment drawn at random."""

from __future__ import annotations

import random
from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import NamedTuple

from bbcu_fpga.board.model.verilated import CHANNELS
from bbcu_fpga.runtime.errors import BoardError
from bbcu_fpga.runtime.registers import INPUT_DMA, OUTPUT_DMA, STATUS, Dma, Status
from benchmarks.faults.bench import FaultBench

BEAT_BYTES, BURST_BYTES = 8, 128


class Outcome(Enum):
    """What became of the disturbed run, and of the one after it."""

    RIGHT = "not disturbed, right"
    REPORTED = "reported by the driver"
    ABANDONED = "ended by a reset"
    SILENT = "wrong, and nobody said so"
    NOT_RIGHT_AGAIN = "next run wrong"


GOOD = (Outcome.RIGHT, Outcome.REPORTED, Outcome.ABANDONED)


class Kind(NamedTuple):
    """A kind of fault.

    `disturb` starts a run, disturbs it, and waits for it as the driver does: it raises what the driver
    raises, or returns True if the run counts as done, False if it was given up. `allowed` are its good
    outcomes.
    """

    name: str
    disturb: Callable[[FaultBench, random.Random], bool]
    allowed: tuple[Outcome, ...]


def attempt(kind: Kind, bench: FaultBench, draw: random.Random) -> Outcome:
    """Disturb a run once, then run without a fault, and say what came of both."""
    with bench.clock():
        return _attempt(kind, bench, draw)


def _attempt(kind: Kind, bench: FaultBench, draw: random.Random) -> Outcome:
    try:
        done = kind.disturb(bench, draw)
        outcome = Outcome.RIGHT if done else Outcome.ABANDONED
    except BoardError:
        outcome = Outcome.REPORTED
    if outcome is Outcome.RIGHT and not bench.is_right():
        return Outcome.SILENT
    return outcome if _runs_right(bench) else Outcome.NOT_RIGHT_AGAIN


def _runs_right(bench: FaultBench) -> bool:
    try:
        bench.start()
        bench.finish()
    except BoardError:
        # the next trial must not suffer from this one
        bench.dma.reset()
        return False
    return bench.is_right()


def _reset(bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    bench.logic.run(draw.randrange(bench.run_cycles))
    bench.dma.reset()
    return False


def _reset_twice(bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    bench.logic.run(draw.randrange(bench.run_cycles))
    bench.banks[STATUS].write(Status.RESET, 1)
    bench.logic.run(draw.randrange(60))
    bench.dma.reset()
    return False


def _time_out(bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    bench.logic.run(draw.randrange(bench.run_cycles * 3 // 4))
    bench.dma.wait(timeout_s=-1)
    return True


def _failed_read(answer: str, bench: FaultBench, draw: random.Random) -> bool:
    beats = bench.frames.nbytes // BEAT_BYTES
    bench.logic.fail(reads=draw.randint(1, 20), after=draw.randrange(beats), answer=answer)
    return _run(bench)


def _failed_write(answer: str, bench: FaultBench, draw: random.Random) -> bool:
    bursts = bench.expected.nbytes // BURST_BYTES
    bench.logic.fail(writes=draw.randint(1, 3), after=draw.randrange(bursts), answer=answer)
    return _run(bench)


def _run(bench: FaultBench) -> bool:
    try:
        bench.start()
        bench.finish()
    finally:
        bench.logic.fail()
    return True


def _pause(channel: str, bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    for _ in range(draw.randint(1, 4)):
        bench.logic.run(draw.randrange(bench.run_cycles // 4))
        bench.logic.stall(channel)
        bench.logic.run(draw.randrange(2 * bench.run_cycles))
        bench.logic.stall()
    bench.finish()
    return True


def _stall(channel: str, bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    bench.logic.run(draw.randrange(bench.run_cycles // 2))
    bench.logic.stall(channel)
    try:
        bench.finish()
    except BoardError:
        bench.logic.stall()
        # as when the program is started again
        bench.dma.reset()
        raise
    bench.logic.stall()
    return True


def _short(bench: FaultBench, draw: random.Random) -> bool:
    count = len(bench.frames)
    bench.start_unequal(sent=draw.randrange(count), asked=count)
    bench.finish()
    return True


def _over_long(bench: FaultBench, draw: random.Random) -> bool:
    count = len(bench.frames)
    asked = draw.randrange(1, count)
    bench.start_unequal(sent=count, asked=asked)
    bench.finish()
    if not bench.is_right(asked):
        return True  # done, and compared with all frames: wrong
    bench.dma.reset()
    return False


def _registers(bench: FaultBench, draw: random.Random) -> bool:
    bench.start()
    for _ in range(10):
        bench.logic.run(draw.randrange(bench.run_cycles // 20))
        bank = bench.banks[draw.choice((INPUT_DMA, OUTPUT_DMA))]
        offset = draw.choice((Dma.ADDRESS_LOW, Dma.ADDRESS_HIGH, Dma.REPEAT))
        bank.write(offset, draw.getrandbits(32))
        # the output's is busy to the end
        bench.banks[OUTPUT_DMA].write(Dma.CONTROL, Dma.START)
    bench.finish()
    return True


def _unusable(bench: FaultBench, draw: random.Random) -> bool:
    bench.fill()
    places = [bench.source.address, bench.target.address]
    bad = draw.choice((draw.randrange(1, 8), 1 << draw.randrange(32, 40)))
    places[draw.randrange(2)] += bad
    bench.dma.start(*places, len(bench.frames))
    bench.finish()
    return True


def _several(bench: FaultBench, draw: random.Random) -> bool:
    bench.logic.fail(reads=draw.randint(0, 9), writes=draw.randint(0, 2), after=draw.randrange(9))
    bench.logic.stall(*draw.sample(sorted(CHANNELS), 2))
    bench.start()
    bench.logic.run(draw.randrange(bench.run_cycles))
    bench.banks[STATUS].write(Status.RESET, 1)
    bench.logic.run(draw.randrange(200))
    bench.logic.stall()
    bench.logic.fail()
    bench.dma.reset()
    return False


_RIGHT, _REPORTED, _ABANDONED = ((outcome,) for outcome in GOOD)
KINDS = (
    Kind("soft reset in mid-run", _reset, _ABANDONED),
    Kind("soft reset during a soft reset", _reset_twice, _ABANDONED),
    Kind("time-out in mid-run", _time_out, _REPORTED),
    *(
        Kind(f"reads answered {code}", partial(_failed_read, code), _REPORTED)
        for code in ("SLVERR", "DECERR")
    ),
    *(
        Kind(f"writes answered {code}", partial(_failed_write, code), _REPORTED)
        for code in ("SLVERR", "DECERR")
    ),
    *(Kind(f"memory pauses on {name}", partial(_pause, name), _RIGHT) for name in CHANNELS),
    *(
        # what is stalled may not be needed any more
        Kind(f"memory stalls for ever on {name}", partial(_stall, name), (*_RIGHT, *_REPORTED))
        for name in CHANNELS
    ),
    Kind("fewer frames sent than asked for", _short, _REPORTED),
    Kind("more frames sent than asked for", _over_long, _ABANDONED),
    Kind("registers written in mid-run", _registers, _RIGHT),
    Kind("unusable buffers", _unusable, _REPORTED),
    Kind("failed and stalled transfers and a reset", _several, _ABANDONED),
)
