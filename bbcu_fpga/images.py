# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Reading and writing pictures: 8-bit RGB in, 8-bit RGB out, and a clear refusal of everything else."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from bbcu_fpga.errors import ImageError
from bbcu_fpga.files import atomic_path

Picture = NDArray[np.uint8]
"""A picture, uint8 of shape [H, W, C]: RGB (C = 3), or Y or grey (C = 1)."""

# Pillow knows more, and starts Ghostscript for one of them
_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "PPM", "WEBP", "GIF")

logger = logging.getLogger(__name__)

# why a picture of another Pillow mode is refused; converting it here would hide what was measured
_REASONS = {
    "1": "is black and white",
    "L": "is grey",
    "LA": "is grey with an alpha channel",
    "La": "is grey with an alpha channel",
    "PA": "has a palette with an alpha channel",
    "P": "has a palette",
    "RGBA": "has an alpha channel",
    "RGBa": "has an alpha channel",
    "CMYK": "is CMYK",
    "I": "has more than 8 bits per channel",
    "F": "holds floating-point values",
}


def load_image(path: Path | str) -> Picture:
    """Read an 8-bit RGB picture, turned as its EXIF orientation says: uint8 [H, W, 3].

    Raises ImageError for a file that is missing, not a picture, truncated, empty, a decompression bomb, or of
    another kind than 8-bit RGB (grey, with an alpha channel, with a palette, 16 bit, ...).
    """
    return _read(Path(path), _rgb8)


def load_pixels(path: Path | str) -> NDArray[np.uint8]:
    """Read a picture that has an exact 8-bit form: uint8 [H, W, 1] if it is grey, else [H, W, 3] RGB.

    Grey, black and white, palettes and alpha channels without a transparent pixel are taken, because nothing
    visible changes. Raises ImageError as `load_image` does, also for 16 bits, CMYK and transparent pixels.
    """
    pixels = _read(Path(path), _exact8)
    return pixels[..., None] if pixels.ndim == 2 else pixels


def _read(path: Path, accept: Callable[[Path, Image.Image], Image.Image]) -> NDArray[np.uint8]:
    """Return the pixels of the picture that `accept` makes of an opened file, or raise ImageError."""
    try:
        with warnings.catch_warnings():
            # Pillow only warns between one and two times its limit of pixels
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as image:
                _check_single(path, image)
                pixels = np.array(ImageOps.exif_transpose(accept(path, image)), dtype=np.uint8)
    except FileNotFoundError:
        raise ImageError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise ImageError(f"{path}: is a folder, not a picture") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        limit = Image.MAX_IMAGE_PIXELS
        raise ImageError(f"{path}: has more than {limit} pixels: crop it or scale it down first") from None
    except UnidentifiedImageError:
        reason = "is empty" if path.stat().st_size == 0 else "is not a picture, or its header is damaged"
        raise ImageError(f"{path}: {reason}") from None
    except PermissionError:
        raise ImageError(f"{path}: may not be read; change its permissions") from None
    except (ImageError, MemoryError):
        raise
    except Exception as error:  # damaged files raise whatever the reader of their format stumbled over
        raise ImageError(f"{path}: is truncated or damaged: {error or type(error).__name__}") from error
    if pixels.size == 0:
        raise ImageError(f"{path}: has no pixels")
    return pixels


def _check_single(path: Path, image: Image.Image) -> None:
    # a camera's MPO is a photograph with previews of it
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":
        raise ImageError(f"{path}: holds {frames} pictures; save the one that is meant as a file of its own")


def _rgb8(path: Path, image: Image.Image) -> Image.Image:
    if _is_deep(image):
        raise _refusal(path, "has 16 bits per channel")
    if image.mode == "RGB" and "transparency" in image.info:
        raise _refusal(path, "has a transparent colour")
    if image.mode != "RGB":
        raise _refusal(path, _reason(image))
    return image


def _exact8(path: Path, image: Image.Image) -> Image.Image:
    if _is_deep(image):
        raise _refusal(path, "has 16 bits per channel")
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        if np.array(image.convert("RGBA"))[..., 3].min() < 255:
            raise _refusal(path, "has transparent pixels")
        return image.convert("L" if image.mode in ("L", "LA", "La") else "RGB")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "P":
        return image.convert("RGB")
    if image.mode not in ("L", "RGB"):
        raise _refusal(path, _reason(image))
    return image


def _is_deep(image: Image.Image) -> bool:
    # Pillow reads 16-bit RGB as mode RGB and drops the low bytes; only the raw mode of the data still tells
    raw_modes = [str(tile[3]) for tile in getattr(image, "tile", [])]
    return image.mode.startswith("I;16") or any(";16" in mode for mode in raw_modes)


def _reason(image: Image.Image) -> str:
    return _REASONS.get(image.mode, f"has the colour mode {image.mode}")


def _refusal(path: Path, reason: str) -> ImageError:
    return ImageError(f"{path}: {reason}; convert it to 8-bit red, green and blue first")


def save_image(path: Path, pixels: Picture) -> None:
    """Write RGB, uint8 [H, W, 3], to `path` in the format of its suffix, all or nothing."""
    with atomic_path(path) as temporary:
        Image.fromarray(pixels, mode="RGB").save(temporary)


def crop_centre(pixels: Picture, height: int, width: int, source: str) -> Picture:
    """Return the central `height` x `width` pixels; raises ImageError naming `source` if there are fewer."""
    if pixels.shape[0] < height or pixels.shape[1] < width:
        raise ImageError(
            f"{source}: is too small: {pixels.shape[1]}x{pixels.shape[0]} pixels (width x height), "
            f"needed are at least {width}x{height}"
        )
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return pixels[top : top + height, left : left + width]
