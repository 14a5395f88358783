# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Side-by-side pictures: input, baseline, restored, clean, with the same detail of each enlarged below."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from brevitas_models.colour import Pixels, as_channels
from brevitas_models.evaluate.scores import Outcome, Score
from brevitas_models.tasks import Task

GAP = 8  # pixels between panels
TITLE = 18  # height of the line above a panel
MARK = (220, 30, 30)
LEAST_DETAIL = 24  # side of the smallest detail


def side_by_side(outcome: Outcome, score: Score, task: Task) -> NDArray[np.uint8]:
    """Return one picture, uint8 (H, W, 3), with a panel for each form of the test picture.

    The baseline has a panel of its own only where it is not the input itself.
    """
    clean = outcome.pair.clean
    panels = [("input", _enlarged(outcome.pair.degraded, task.scale))]
    if task.scale > 1:
        panels.append((_caption(task.baseline_name, score.baseline_psnr), outcome.baseline))
    else:
        panels = [(_caption("input", score.baseline_psnr), outcome.pair.degraded)]
    if outcome.restored is not None and score.psnr is not None:
        panels.append((_caption("restored", score.psnr), outcome.restored))
    panels.append(("clean", clean))
    window = find_detail(clean)
    drawn = [_panel(title, _visible(picture), window) for title, picture in panels]
    gap = np.full((drawn[0].shape[0], GAP, 3), 255, np.uint8)
    row = [part for panel in drawn for part in (gap, panel)]
    return np.concatenate([*row[1:]], axis=1)


def find_detail(clean: NDArray[np.uint8]) -> tuple[int, int, int]:
    """Return top, left and side of the square with the most contrast, a quarter of the shorter side large."""
    height, width = clean.shape[:2]
    side = min(height, width, max(LEAST_DETAIL, min(height, width) // 4))
    grey = as_channels(clean, 1)[..., 0].astype(np.float64)
    step = max(1, side // 4)
    places = [(y, x) for y in range(0, height - side + 1, step) for x in range(0, width - side + 1, step)]
    top, left = max(places, key=lambda place: float(grey[place[0] :, place[1] :][:side, :side].var()))
    return top, left, side


def _caption(title: str, decibels: float) -> str:
    return f"{title} {decibels:.2f} dB"


def _enlarged(picture: Pixels, scale: int) -> Pixels:
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def _visible(picture: Pixels) -> NDArray[np.uint8]:
    """Return uint8 RGB of any picture; noise may leave 0..255, a screen cannot."""
    return as_channels(np.clip(np.rint(picture), 0, 255).astype(np.uint8), 3)


def _panel(title: str, picture: NDArray[np.uint8], window: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return a picture with its title above and its marked detail, as wide as the picture, below."""
    top, left, side = window
    height, width = picture.shape[:2]
    detail = Image.fromarray(picture[top : top + side, left : left + side])
    detail = detail.resize((width, width), Image.Resampling.NEAREST)
    panel = Image.new("RGB", (width, TITLE + height + GAP + width), "white")
    draw = ImageDraw.Draw(panel)
    draw.text((2, 2), title, fill="black", font=ImageFont.load_default(size=12))
    panel.paste(Image.fromarray(picture), (0, TITLE))
    corner = (left, TITLE + top)
    draw.rectangle((*corner, left + side - 1, TITLE + top + side - 1), outline=MARK, width=2)
    panel.paste(detail, (0, TITLE + height + GAP))
    return np.array(panel, dtype=np.uint8)
