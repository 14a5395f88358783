# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import shutil

import numpy as np
import pytest
from PIL import Image

from bbcu_fpga.errors import DataError
from brevitas_models.data import find_entries, image_files
from brevitas_models.tasks import find_task
from tests.brevitas_models.samples import picture

DOUBLE, NOISE, RAIN, DARK = (
    find_task(name) for name in ("super_resolution_x2", "denoising_25", "deraining", "low_light")
)


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image[..., 0] if image.shape[2] == 1 else image).save(path)
    return image


def only(place, task):
    (entry,) = find_entries(place, task)
    return entry.load(task)


def test_a_flat_folder(tmp_path):
    images = {"b.png": picture(6, 5), "a.PNG": picture(7, 5, 1)}
    for name, image in images.items():
        write(tmp_path / name, image)
    (tmp_path / "notes.txt").write_text("no image")
    sources = [entry.load(NOISE) for entry in find_entries(tmp_path, NOISE)]
    assert [source.name for source in sources] == ["a.PNG", "b.png"]
    for source in sources:
        np.testing.assert_array_equal(source.clean, images[source.name])
        assert source.degraded is None


def test_the_task_decides_the_channels(tmp_path):
    grey = write(tmp_path / "grey.png", picture(6, 5)[..., :1])
    np.testing.assert_array_equal(only(tmp_path, NOISE).clean, np.repeat(grey, 3, axis=2))
    np.testing.assert_array_equal(only(tmp_path, find_task("jpeg_10")).clean, grey)


def test_a_list_of_files(tmp_path):
    image = write(tmp_path / "val" / "b.png", picture(6, 5))
    write(tmp_path / "val" / "a.png", picture(6, 5, 1))
    (tmp_path / "some.txt").write_text("# of these\nval/b.png\n\n")
    np.testing.assert_array_equal(only(tmp_path / "some.txt", NOISE).clean, image)


@pytest.mark.parametrize(
    ("high", "low", "name"),
    [
        ("HR", "LR_bicubic_matlab/X2", "babyx2.png"),
        ("DIV2K_train_HR", "DIV2K_train_LR_bicubic/X2", "baby.png"),
    ],
)
def test_the_layout_of_div2k(tmp_path, high, low, name):
    clean, small = write(tmp_path / high / "baby.png", picture(40, 30)), picture(20, 15, 1)
    assert only(tmp_path, DOUBLE).degraded is None
    write(tmp_path / low / name, small)
    source = only(tmp_path, DOUBLE)
    np.testing.assert_array_equal(source.clean, clean)
    np.testing.assert_array_equal(source.degraded, small)
    assert only(tmp_path, find_task("super_resolution_x4")).degraded is None  # there is no X4
    assert only(tmp_path, NOISE).degraded is None


@pytest.mark.parametrize(
    ("folders", "names"),
    [
        (("high", "low"), ("1.png", "1.png")),
        (("target", "input"), ("7.png", "7.jpg")),
        (("norain", "rain"), ("norain-001.png", "rain-001.png")),
    ],
)
def test_paired_folders(tmp_path, folders, names):
    clean = write(tmp_path / folders[0] / names[0], picture(12, 9))
    write(tmp_path / folders[1] / names[1], picture(12, 9, 1))
    source = only(tmp_path, DARK)
    np.testing.assert_array_equal(source.clean, clean)
    assert source.degraded.shape == clean.shape and not np.array_equal(source.degraded, clean)
    (tmp_path / folders[1] / names[1]).rename(tmp_path / folders[1] / "other.png")
    with pytest.raises(DataError, match=rf"{names[0]}: has no degraded partner in .*{folders[1]}"):
        find_entries(tmp_path, DARK)


def test_rain_streaks_fall_on_their_backgrounds(tmp_path):
    background = write(tmp_path / "BSDS500" / "train" / "8.png", picture(21, 31))
    streak = write(tmp_path / "streaks" / "001.png", picture(20, 30, 1)[..., :1])
    table = tmp_path / "streaks" / "backgrounds.csv"
    table.write_text("index,bsds500_file,height,width\n001,train/8.png,20,30\n")
    source = only(tmp_path / "streaks", RAIN)
    np.testing.assert_array_equal(source.clean, background[:20, :30])
    expected = np.minimum(source.clean.astype(int) + streak, 255)
    np.testing.assert_array_equal(source.degraded, expected)
    (entry,) = find_entries(tmp_path / "streaks", RAIN)
    assert entry.clean == tmp_path / "BSDS500" / "train" / "8.png"
    with pytest.raises(DataError, match="holds rain streaks"):
        find_entries(tmp_path / "streaks", NOISE)
    table.write_text("index,bsds500_file,height,width\n001,train/8.png,21,30\n")
    with pytest.raises(DataError, match=r"001\.png: .*size of its background"):
        only(tmp_path / "streaks", RAIN)


@pytest.mark.parametrize(
    "row", ["001,train/8.png,20", "001,train/8.png,20,wide", "001"], ids=["short", "no number", "very short"]
)
def test_a_damaged_table_of_backgrounds_is_named(tmp_path, row):
    (tmp_path / "backgrounds.csv").write_text(f"index,bsds500_file,height,width\n{row}\n")
    with pytest.raises(DataError, match=r"backgrounds\.csv: line 2 lacks"):
        find_entries(tmp_path, RAIN)


def test_a_list_that_is_no_text_is_named(tmp_path):
    (tmp_path / "list.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"list\.txt: is not a text"):
        find_entries(tmp_path / "list.txt", NOISE)


def test_folders_without_pictures_are_named(tmp_path):
    with pytest.raises(DataError, match="absent: no such folder"):
        image_files(tmp_path / "absent")
    with pytest.raises(DataError, match="absent: no such folder"):
        find_entries(tmp_path / "absent", NOISE)
    with pytest.raises(DataError, match="holds no image"):
        find_entries(tmp_path, NOISE)
    (tmp_path / "high").mkdir()
    shutil.copytree(tmp_path / "high", tmp_path / "low")
    with pytest.raises(DataError, match="low: holds no image"):
        find_entries(tmp_path, DARK)
