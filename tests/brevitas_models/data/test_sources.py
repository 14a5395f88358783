# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import logging

import numpy as np
import pytest
from PIL import Image

from bbcu_fpga.errors import DataError, ImageError
from brevitas_models.data import SAMPLE_NAMES, load_pairs, read_sources, sample_sources, training_sources
from brevitas_models.resize import imresize
from brevitas_models.tasks import find_task
from tests.brevitas_models.samples import picture

DOUBLE, JPEG = find_task("super_resolution_x2"), find_task("jpeg_10")


def test_a_folder_becomes_pairs(tmp_path):
    images = {"b.png": picture(21, 16), "a.PNG": picture(12, 15, 1)}
    for name, image in images.items():
        Image.fromarray(image).save(tmp_path / name)
    pairs = load_pairs([tmp_path], DOUBLE)
    assert [pair.name for pair in pairs] == ["a.PNG", "b.png"]
    np.testing.assert_array_equal(pairs[1].clean, images["b.png"][:20])
    np.testing.assert_array_equal(pairs[1].degraded, imresize(images["b.png"][:20], 0.5))


def test_an_unusable_picture_is_refused_or_skipped_by_name(tmp_path, caplog):
    Image.fromarray(picture(12, 12)).save(tmp_path / "good.png")
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    Image.fromarray(picture(12, 12)).convert("CMYK").save(tmp_path / "print.jpg")
    with pytest.raises(ImageError, match=r"broken\.png"):
        list(read_sources(tmp_path, DOUBLE))
    with caplog.at_level(logging.WARNING):
        found = [source.name for source in read_sources(tmp_path, DOUBLE, "skip")]
    assert found == ["good.png"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "skipped: " in caplog.text and "broken.png" in caplog.text and "print.jpg: is CMYK" in caplog.text


def test_a_folder_of_which_nothing_is_left_is_refused(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(DataError, match="holds no usable picture"):
        list(read_sources(tmp_path, DOUBLE, "skip"))


@pytest.mark.parametrize(("task", "channels"), [(DOUBLE, 3), (JPEG, 1)])
def test_sample_photographs_need_no_folder(task, channels):
    sources = sample_sources(task)
    assert [source.name for source in sources] == list(SAMPLE_NAMES)
    assert all(source.clean.shape[2] == channels and min(source.clean.shape[:2]) > 200 for source in sources)
    assert [source.name for source in training_sources((), task)] == list(SAMPLE_NAMES)
