# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from PIL import Image

from brevitas_models.training import plot_curves, read_logs


def write(folder, version, rows):
    path = folder / f"version_{version}" / "metrics.csv"
    path.parent.mkdir(parents=True)
    path.write_text("epoch,loss,psnr,step\n" + "".join(f"{row}\n" for row in rows))


def test_a_resumed_run_goes_on_where_the_first_was_saved(tmp_path):
    write(tmp_path, 9, ["0,0.5,,1", "0,,30.0,1", "1,0.4,,3"])
    write(tmp_path, 10, ["1,0.3,,3", "1,,31.0,3"])
    values = read_logs(tmp_path)
    assert values["loss"] == {1: 0.5, 3: 0.3} and values["psnr"] == {1: 30.0, 3: 31.0}


def test_a_run_that_is_killed_at_any_byte_of_its_log_leaves_whole_values(tmp_path):
    write(tmp_path, 0, ["0,0.25,,1", "0,,30.0,1", "1,0.125,,30"])
    path = tmp_path / "version_0" / "metrics.csv"
    text, whole = path.read_text(), read_logs(tmp_path)
    for end in range(len(text)):
        path.write_text(text[:end])
        for name, points in read_logs(tmp_path).items():
            assert points.items() <= whole[name].items()


def test_curves_are_a_picture_that_shows_every_logged_value(tmp_path):
    write(tmp_path / "logs", 0, [f"0,{1 / (step + 1)},,{step}" for step in range(20)])
    one = plot_curves(tmp_path / "logs", tmp_path / "curves.png")
    with Image.open(one) as image:
        height = image.height
    write(tmp_path / "logs", 1, ["0,,30.0,19"])
    with Image.open(plot_curves(tmp_path / "logs", tmp_path / "curves.png")) as image:
        assert image.format == "PNG" and image.height == 2 * height


def test_without_logs_there_is_no_picture(tmp_path):
    assert plot_curves(tmp_path / "logs", tmp_path / "curves.png") is None
    assert list(tmp_path.iterdir()) == []
