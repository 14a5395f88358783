# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Pictures: 8-bit RGB arrives pixel for pixel, everything else is refused with its reason."""

from __future__ import annotations

import io
import re
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bbcu_fpga.errors import ImageError
from bbcu_fpga.images import crop_centre, load_image, load_pixels, save_image

PIXELS = np.random.default_rng(1).integers(0, 256, (7, 5, 3), dtype=np.uint8)


def png_rgb16(width: int, height: int) -> bytes:
    """Return a PNG with 16-bit red, green and blue, which Pillow itself cannot write."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    rows = (b"\0" + bytes(6 * width)) * height
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def encoded(mode: str, form: str = "png", **options: object) -> bytes:
    """Return a small picture of a Pillow mode, as a file."""
    buffer = io.BytesIO()
    Image.new(mode, (8, 6)).save(buffer, form, **options)
    return buffer.getvalue()


def noise() -> bytes:
    """Return the picture as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "png")
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".ppm"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    save_image(tmp_path / f"a{suffix}", PIXELS)
    loaded = load_image(tmp_path / f"a{suffix}")
    assert loaded.dtype == np.uint8
    np.testing.assert_array_equal(loaded, PIXELS)
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


def test_orientation_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to view
    Image.fromarray(PIXELS).save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(load_image(tmp_path / "a.png"), np.rot90(PIXELS, -1))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encoded("L"), "is grey"),
        (encoded("LA"), "is grey with an alpha channel"),
        (encoded("RGBA"), "has an alpha channel"),
        (encoded("P"), "has a palette"),
        (encoded("1"), "is black and white"),
        (encoded("I;16"), "has 16 bits per channel"),
        (png_rgb16(8, 6), "has 16 bits per channel"),
        (encoded("RGB", transparency=(0, 0, 0)), "has a transparent colour"),
        (encoded("CMYK", "jpeg"), "is CMYK"),
        (encoded("F", "tiff"), "holds floating-point values"),
        (noise()[:-40], "is truncated or damaged"),
        (encoded("RGB")[:20], "is not a picture, or its header is damaged|is truncated or damaged"),
        (encoded("RGB", "jpeg")[:-40], "is truncated or damaged"),
        (b"", "is empty"),
        (b"plain text", "is not a picture"),
        (b"P6 0 5 255\n", "is not a picture|is truncated or damaged|has no pixels"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=f"^{re.escape(str(path))}: ({reason})") as caught:
        load_image(path)
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such file"):
        load_image(tmp_path / "absent.png")
    with pytest.raises(ImageError, match="is a folder"):
        load_image(tmp_path)


def test_decompression_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_image(tmp_path / "a.png", PIXELS)
    # 35 pixels: above Pillow's limit, where it only warns, and above twice the limit, where it raises
    for limit in (34, 10):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(ImageError, match=f"has more than {limit} pixels"):
            load_image(tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 35)
    np.testing.assert_array_equal(load_image(tmp_path / "a.png"), PIXELS)


def test_failed_save_leaves_the_old_picture(tmp_path: Path) -> None:
    save_image(tmp_path / "a.png", PIXELS)
    with pytest.raises(TypeError):
        save_image(tmp_path / "a.png", np.zeros((2, 2, 3), dtype=np.complex128))  # type: ignore[arg-type]
    np.testing.assert_array_equal(load_image(tmp_path / "a.png"), PIXELS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_crop_centre() -> None:
    np.testing.assert_array_equal(crop_centre(PIXELS, 3, 3, "a"), PIXELS[2:5, 1:4])
    np.testing.assert_array_equal(crop_centre(PIXELS, 7, 5, "a"), PIXELS)
    with pytest.raises(ImageError, match=r"a\.png: is too small: 5x7 pixels .* at least 6x7"):
        crop_centre(PIXELS, 7, 6, "a.png")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1"])
def test_what_has_an_exact_8_bit_form_is_taken(tmp_path: Path, mode: str) -> None:
    exact = Image.fromarray(PIXELS).convert("RGB" if mode == "RGBA" else mode.removesuffix("A"))
    exact.convert(mode).save(tmp_path / "a.png")
    expected = np.array(exact.convert("RGB"))
    loaded = load_pixels(tmp_path / "a.png")
    assert loaded.dtype == np.uint8 and loaded.shape[2] == (1 if mode in ("L", "LA", "1") else 3)
    np.testing.assert_array_equal(np.broadcast_to(loaded, expected.shape), expected)


def test_the_orientation_of_what_is_converted_is_applied(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(PIXELS).convert("RGBA").save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(load_pixels(tmp_path / "a.png"), np.rot90(PIXELS, -1))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encoded("LA"), "has transparent pixels"),
        (encoded("RGBA"), "has transparent pixels"),
        (encoded("P", transparency=0), "has transparent pixels"),
        (encoded("RGB", transparency=(0, 0, 0)), "has transparent pixels"),
        (encoded("I;16"), "has 16 bits per channel"),
        (png_rgb16(8, 6), "has 16 bits per channel"),
        (encoded("CMYK", "jpeg"), "is CMYK"),
        (encoded("F", "tiff"), "holds floating-point values"),
        (noise()[:-40], "is truncated or damaged"),
        (b"plain text", "is not a picture"),
    ],
)
def test_what_has_no_exact_8_bit_form_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(content)
    with pytest.raises(ImageError, match=reason) as caught:
        load_pixels(path)
    assert str(path) in str(caught.value)
