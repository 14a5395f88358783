# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The hardware handoff: addresses, clock and part; that pynq reads it is shown by tests/board/acceptance."""

from __future__ import annotations

import itertools
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bbcu_fpga.errors import BuildError, ConfigError
from bbcu_fpga.runtime.registers import BANKS
from bbcu_fpga.synth.hwh import Clock, render_hwh
from tests.golden import compare

GOLDEN = Path(__file__).parent / "golden" / "hwh"


def test_golden() -> None:
    compare({"tiny.hwh": render_hwh("tiny", "xc7z020clg400-1", 100.0)}, GOLDEN)


def test_addresses_do_not_overlap_and_are_those_of_the_runtime() -> None:
    root = ElementTree.fromstring(render_hwh("tiny", "xc7z020clg400-1", 100.0))
    ranges = {
        entry.attrib["INSTANCE"]: (int(entry.attrib["BASEVALUE"], 16), int(entry.attrib["HIGHVALUE"], 16))
        for entry in root.iter("MEMRANGE")
    }
    assert {name: low for name, (low, _) in ranges.items()} == BANKS
    ordered = sorted(ranges.values())
    assert all(high < low for (_, high), (low, _) in itertools.pairwise(ordered))


def test_names_are_escaped() -> None:
    root = ElementTree.fromstring(render_hwh('a"<&b', "xc7z020clg400-1", 100.0))
    info = root.find("SYSTEMINFO")
    assert info is not None and info.attrib["NAME"] == 'a"<&b'


@pytest.mark.parametrize(
    ("wanted", "made"),
    [(100, 100.0), (108, 100.0), (125, 125.0), (99.9, 1000 / 11), (50, 50.0), (1000, 1000.0)],
)
def test_clock_is_the_fastest_that_is_not_above(wanted: float, made: float) -> None:
    clock = Clock.at_most(wanted)
    assert clock.mhz == pytest.approx(made)
    assert 1 <= clock.second <= clock.first <= 63


def test_refusals() -> None:
    with pytest.raises(ConfigError, match=r"the slowest clock of the board is 0\.252, not 0\.2"):
        Clock.at_most(0.2)
    with pytest.raises(BuildError, match="xczu7ev-ffvc1156-2-e: the shell is for Zynq-7000"):
        render_hwh("tiny", "xczu7ev-ffvc1156-2-e", 100.0)
