# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pictures: of every kind that a photograph is not."""

from __future__ import annotations

import io
import struct
import zlib
from functools import partial
from pathlib import Path

import numpy as np
from numpy.testing import assert_array_equal
from PIL import Image

from bbcu_fpga.images import load_image
from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.workbench import MARKER, Workbench

KIND = "picture"
PIXELS = np.random.default_rng(5).integers(0, 256, (7, 5, 3), dtype=np.uint8)


def encoded(mode: str = "RGB", form: str = "png", **options: object) -> bytes:
    """Return a small picture of a Pillow mode, as a file."""
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def png(width: int, height: int, depth: int, rows: bytes) -> bytes:
    """Return a PNG with the header and the bytes that are given, which need not fit each other."""
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _read(content: bytes, bench: Workbench, folder: Path, name: str = "picture.png") -> None:
    (folder / name).write_bytes(content)
    load_image(folder / name)


def _equal(content: bytes, expected: np.ndarray, bench: Workbench, folder: Path) -> None:
    (folder / "picture.jpg").write_bytes(content)  # whatever it is: the content counts
    assert_array_equal(load_image(folder / "picture.jpg"), expected)


def _postscript(bench: Workbench, folder: Path) -> None:
    code = f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({folder / MARKER}) (w) file closefile\n"
    _read(code.encode(), bench, folder)


def _link_to_itself(bench: Workbench, folder: Path) -> None:
    (folder / "picture.png").symlink_to(folder / "picture.png")
    load_image(folder / "picture.png")


def _simulated(bench: Workbench, folder: Path) -> None:
    from bbcu_fpga.simulation import simulate

    (folder / "dot.png").write_bytes(png(1, 1, 8, bytes(4)))
    simulate(bench.build, "python", input=folder / "dot.png")


_EXIF = Image.Exif()
_EXIF[0x0112] = 6  # turn a quarter clockwise to view
_OTHERS = [Image.fromarray(PIXELS[::-1])]
_REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty"),
    ("text", b"a thousand words", "not a picture"),
    ("truncated PNG", encoded()[:-40], "truncated"),
    ("truncated JPEG", encoded("RGB", "jpeg")[:-40], "truncated"),
    ("only a header", encoded()[:20], "truncated|damaged"),
    ("grey", encoded("L"), "is grey"),
    ("black and white", encoded("1"), "black and white"),
    ("alpha channel", encoded("RGBA"), "alpha channel"),
    ("grey with alpha channel", encoded("LA"), "alpha channel"),
    ("palette", encoded("P"), "palette"),
    ("CMYK", encoded("CMYK", "jpeg"), "CMYK"),
    ("YCbCr", encoded("YCbCr", "tiff"), "YCbCr"),
    ("floating-point", encoded("F", "tiff"), "floating-point"),
    ("32 bits", encoded("I", "tiff"), "8 bits|16 bits"),
    ("16 bits", png(5, 7, 16, bytes(7 * 31)), "16 bits"),
    ("transparent colour", encoded(transparency=(0, 0, 0)), "transparent"),
    ("animated PNG", encoded(save_all=True, append_images=_OTHERS), "holds 2 pictures"),
    ("animated GIF", encoded("RGB", "gif", save_all=True, append_images=_OTHERS), "holds 2 pictures"),
    ("TIFF of two pages", encoded("RGB", "tiff", save_all=True, append_images=_OTHERS), "holds 2 pictures"),
    ("no width", png(0, 7, 8, b""), "picture.png: "),
    ("no pixels", b"P6 0 5 255\n", "picture.png: "),
    ("bomb of 10^10 pixels", png(100_000, 100_000, 8, b""), "more than .* pixels"),
    ("bomb just above the limit", png(10_000, 10_000, 8, b""), "more than .* pixels"),
    ("size larger than the data", png(900, 900, 8, bytes(300)), "picture.png: "),
    ("a zip in place of the data", png(5, 7, 8, b"")[:60] + b"PK\3\4" * 9, "picture.png: "),
    ("a TIFF that points to itself", b"II*\0\x08\0\0\0\0\0\x08\0\0\0", "picture.png: "),
]
_ROTATED = np.rot90(PIXELS, -1)
_TAKEN: list[tuple[str, bytes, np.ndarray]] = [
    ("wrong extension", encoded(), PIXELS),
    ("EXIF turns it", encoded(exif=_EXIF), _ROTATED),
    ("one pixel", png(1, 1, 8, b"\0\1\2\3"), np.array([[[1, 2, 3]]], np.uint8)),
    ("something after the end", encoded() + b"PK\3\4" * 50, PIXELS),
]

CASES = [
    *(Case(KIND, name, partial(_read, content), says) for name, content, says in _REFUSED),
    *(Case(KIND, name, partial(_equal, content, expected), None) for name, content, expected in _TAKEN),
    Case(KIND, "PostScript, which is a program", _postscript, "not a picture"),
    Case(KIND, "link to itself", _link_to_itself, "picture.png: "),
    Case(KIND, "no file", lambda bench, folder: _absent(folder), "no such file"),
    Case(KIND, "a folder", lambda bench, folder: _folder(folder), "is a folder"),
    Case(KIND, "smaller than the frame", _simulated, "too small"),
]


def _absent(folder: Path) -> None:
    load_image(folder / "absent.png")


def _folder(folder: Path) -> None:
    load_image(folder)
