# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A run of seconds: six steps of the smallest network on three pictures."""

import pytest
import skimage.data
from PIL import Image

from brevitas_models.training import TrainConfig
from tests.brevitas_models.samples import SMALLEST


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    photograph = skimage.data.astronaut()
    for index in range(3):
        Image.fromarray(photograph[:48, 64 * index : 64 * index + 64]).save(folder / f"{index}.png")
    (tmp_path / "held_out").mkdir()
    Image.fromarray(photograph[100:148, :64]).save(tmp_path / "held_out" / "face.png")
    return TrainConfig(
        network=SMALLEST, output=tmp_path / "run", data=(folder,), steps=6, epoch_steps=2, batch=2, patch=8
    )


@pytest.fixture
def held_out(config):
    """The folder of a picture that is not trained on."""
    return config.data[0].parent / "held_out"
