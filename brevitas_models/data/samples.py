# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The default training data: photographs that come with scikit-image."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from brevitas_models.colour import as_channels
from brevitas_models.tasks import Source, Task

SAMPLE_NAMES = ("astronaut", "rocket", "coffee", "chelsea")  # public domain or CC0, part of scikit-image


def sample_pictures() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield the name and the uint8 RGB pixels (H, W, 3) of each photograph."""
    import skimage.data

    for name in SAMPLE_NAMES:
        yield name, getattr(skimage.data, name)()


def sample_sources(task: Task) -> list[Source]:
    """Return scikit-image's freely licensed sample photographs: the default data when no folder is given."""
    return [Source(name, as_channels(picture, task.channels)) for name, picture in sample_pictures()]
