# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import pytest
import skimage.data
from PIL import Image

from brevitas_models.data import LeakError, check_leaks, training_sources
from brevitas_models.tasks import find_task
from tests.brevitas_models.samples import picture
from tests.brevitas_models.sets import DATA, needs_sets

NOISE, RAIN, DARK = (find_task(name) for name in ("denoising_25", "deraining", "low_light"))


@pytest.fixture
def folders(tmp_path):
    for seed, name in enumerate(("training/meadow", "training/0001", "test/harbour", "test/0002")):
        path = tmp_path / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(picture(10, 12, seed)).save(path)
    return tmp_path / "training", tmp_path / "test"


def test_sets_without_a_common_picture_pass(folders):
    training, test = folders
    check_leaks([training], test, NOISE)
    assert len(training_sources([training], NOISE, test)) == 2


def test_the_same_pixels_leak_in_another_format_under_another_name(folders):
    training, test = folders
    Image.open(test / "harbour.png").save(training / "quay.bmp")
    with pytest.raises(LeakError, match=r"training/quay\.bmp.*test/harbour\.png.*the same pixels"):
        check_leaks([training], test, NOISE)
    with pytest.raises(LeakError):
        training_sources([training], NOISE, test)


def test_the_same_name_leaks_whatever_the_pixels(folders):
    training, test = folders
    Image.fromarray(picture(10, 12, 9)).save(training / "harbour.jpg")
    with pytest.raises(LeakError, match=r"training/harbour\.jpg.*test/harbour\.png.*the same name"):
        check_leaks([training], test, NOISE)


def test_a_running_number_is_no_name(folders):
    training, test = folders
    Image.fromarray(picture(10, 12, 9)).save(training / "0002.png")
    check_leaks([training], test, NOISE)
    Image.fromarray(picture(10, 12, 9)).save(training / "100075.png")
    Image.fromarray(picture(10, 12, 8)).save(test / "100075.png")
    with pytest.raises(LeakError, match="the same name"):
        check_leaks([training], test, NOISE)


def test_of_a_pair_the_clean_picture_counts(folders, tmp_path):
    training, test = folders
    for place, seed in ((training, 20), (test, 30)):
        for offset, part in enumerate(("high", "low")):
            (place / part).mkdir()
            Image.fromarray(picture(10, 12, seed + offset)).save(place / part / "1.png")
    check_leaks([training], test, DARK)
    (training / "high" / "1.png").write_bytes((test / "high" / "1.png").read_bytes())
    with pytest.raises(LeakError, match="the same pixels"):
        check_leaks([training], test, DARK)


def test_the_whole_background_of_streaks_counts(folders, tmp_path):
    training, _ = folders
    (tmp_path / "BSDS500").mkdir()
    (tmp_path / "BSDS500" / "sea.png").write_bytes((training / "meadow.png").read_bytes())
    (tmp_path / "streaks").mkdir()
    (tmp_path / "streaks" / "backgrounds.csv").write_text("index,bsds500_file,height,width\n1,sea.png,9,12\n")
    with pytest.raises(LeakError, match=r"meadow\.png.*sea\.png"):
        check_leaks([training], tmp_path / "streaks", RAIN)


def test_the_sample_photographs_leak_too(tmp_path):
    (tmp_path / "test").mkdir()
    Image.fromarray(skimage.data.coffee()).save(tmp_path / "test" / "cup.png")
    with pytest.raises(LeakError, match=r"scikit-image/coffee.*test/cup\.png.*the same pixels"):
        training_sources((), NOISE, tmp_path / "test")


def test_an_unreadable_picture_leaks_nothing(folders):
    training, test = folders
    (training / "broken.png").write_bytes(b"no picture")
    (test / "damaged.png").write_bytes(b"no picture")
    check_leaks([training], test, NOISE)


@needs_sets
def test_the_recommended_sets_do_not_leak():
    training = [DATA / "BSDS500" / "test", DATA / "T91"]
    for test in ("Set5", "BSDS500/val", "BSDS500/CBSD68.txt", "classic5"):
        check_leaks(training, DATA / test, NOISE)
    check_leaks(training[:1], DATA / "Rain100L_streaks", RAIN)
    check_leaks([DATA / "LOL256" / "train48"], DATA / "LOL256" / "test15", DARK)


@needs_sets
@pytest.mark.parametrize(
    ("training", "test", "task"),
    [
        ("train", "Rain100L_streaks", RAIN),
        ("val", "Rain100L_streaks", RAIN),
        ("val", "BSDS500/CBSD68.txt", NOISE),
    ],
)
def test_sets_that_share_pictures_are_caught(training, test, task):
    with pytest.raises(LeakError):
        check_leaks([DATA / "BSDS500" / training], DATA / test, task)
