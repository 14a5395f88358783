# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FASM becomes the frames that the database says; what is unknown or contradictory is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.errors import VendorToolError
from bbcu_fpga.synth.open_tools.fasm import Bit, set_bits
from bbcu_fpga.synth.open_tools.frames import Frames, assemble, differing, read_back, write_frames
from bbcu_fpga.synth.open_tools.prjxray import Database
from tests.synth.open_tools.conftest import PART

NEEDED = {(0x20, 49): 1 << 31}


def words(frames: Frames) -> dict[tuple[int, int], int]:
    """Return the words that are not zero, by address and position."""
    return {(frame, at): word for frame, row in frames.items() for at, word in enumerate(row) if word}


@pytest.mark.parametrize(
    ("line", "bits"),
    [
        ("T.F", [0]),
        ("T.F[7]", [7]),
        ("T.F = 1", [0]),
        ("T.F = 0", []),
        ("T.F[3:0] = 4'b1010", [1, 3]),
        ("T.F[11:8] = 4'h9", [8, 11]),
        ("T.F[9:0] = 10'd1_000", [3, 5, 6, 7, 8, 9]),
        ("T.F[5:0] = 6'o17", [0, 1, 2, 3]),
        ('T.F[1] { .name = "value" } # note', [1]),
        ("# T.F", []),
        ("", []),
    ],
)
def test_a_line_sets_these_bits(line: str, bits: list[int]) -> None:
    assert list(set_bits(["", line])) == [Bit("T.F", bit, 2) for bit in bits]


@pytest.mark.parametrize(
    "line", ["T F", "T.F[", "T.F[1:0] = 2'b12", "T.F[0:1] = 1", "T.F[1:0] = 4", "T.F = 2", "="]
)
def test_what_is_no_fasm_is_named_by_its_line(line: str) -> None:
    with pytest.raises(VendorToolError, match="line 2 "):
        list(set_bits(["T.F", line]))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        # tile A_X0: frames from 0x10, words from 2; bit 33 is bit 1 of the second word
        ("A_X0.LUT.INIT[3:0] = 4'b1010", {(0x11, 3): 1 << 1, (0x13, 3): 1 << 31}),
        ("A_X1.LUT.INIT[0]", {(0x20, 49): 1 << 5 | 1 << 31}),
        ("A_X0.MUX.ONE", {(0x10, 2): 1 << 10}),
        ("A_X0.ZERO", {(0x13, 2): 1 << 1}),
        # half a tile: named as pad 1 of the whole, whose second word is the first of the half
        ("HALF.PAD_Y0.ON", {(0x11, 6): 1 << 8}),
        ("M_X0.EN", {(0x18, 0): 1}),
        ("M_X0.INIT_00[255]", {(0x103, 11): 1}),
        ("NOTHING.TO.FROM", {}),
        ("A_X0.BUFFER", {}),
    ],
)
def test_features_are_where_the_database_says(
    database: Database, line: str, wanted: dict[tuple[int, int], int]
) -> None:
    assert words(assemble([line], database)) == {**NEEDED, **wanted}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("B_X0.EN", "has no tile B_X0"),
        ("A_X0.LUT.INIT[4]", r"A_X0.LUT.INIT\[4\]: tiles of type A have no such feature"),
        ("NOTHING.FROM.TO", "tiles of type WIRES have no such feature"),
        ("A_X0.BUFFER[1]", "tiles of type A have no such feature"),
        ("HALF.PAD_Y1.OFF", "tiles of type A_HALF"),
    ],
)
def test_an_unknown_feature_is_named(database: Database, line: str, reason: str) -> None:
    with pytest.raises(VendorToolError, match=f"line 2 of the FASM: .*{reason}"):
        assemble(["A_X0.BUFFER", line], database)


def test_features_that_contradict_each_other_are_refused(database: Database) -> None:
    with pytest.raises(
        VendorToolError, match=r"line [12] of the FASM needs bit 1[01] of word 2 of frame 0x00000010"
    ):
        assemble(["A_X0.MUX.ONE", "A_X0.MUX.TWO"], database)


def test_a_damaged_database_is_named(database: Database) -> None:
    (database.family / "segbits_a.db").write_text("A.LUT.INIT[00] 00_05\nA.MUX.ONE 00-05\n")
    with pytest.raises(VendorToolError, match=r"segbits_a\.db:2: not a line of prjxray's database"):
        assemble(["A_X0.MUX.ONE"], database)
    (database.family / "xc7z020/tilegrid.json").write_text("{")
    with pytest.raises(VendorToolError, match=r"tilegrid\.json: not a tile grid"):
        Database(database.family, "xc7z020", PART)


def test_frames_are_written_as_address_and_words(database: Database) -> None:
    (line,) = write_frames(assemble([], database)).splitlines()
    address, _, row = line.partition(" ")
    assert address == "0x00000020"
    assert row.split(",") == ["0x00000000"] * 49 + ["0x80000000"] + ["0x00000000"] * 51


def test_a_bitstream_read_back_differs_in_nothing_but_the_code(tmp_path: Path) -> None:
    wanted = {0x10: [0] * 101, 0x11: [7] + [0] * 100}
    wanted[0x10][50] = 1 << 13
    path = tmp_path / "readback"
    code = "00000000 " * 50 + "00002fff" + "\n" + " 00000000" * 50
    path.write_text(
        f".frame 0x00000010\n{code}\n.frame 0x00000011\n00000007{' 00000000' * 100}\n"
        f"\n.frame 0x00000012\n{'00000000 ' * 101}\n"
    )
    found = read_back(path)
    assert sorted(found) == [0x10, 0x11]
    assert differing(wanted, found) == []
    found[0x10][50] ^= 1 << 13
    assert differing(wanted, found) == [0x10]
    assert differing({}, found) == [0x11]  # what is left of frame 0x10 is code
    path.write_text(".frame 0x00000010\nnothing\n")
    with pytest.raises(VendorToolError, match="readback:2: not what bitread writes"):
        read_back(path)
