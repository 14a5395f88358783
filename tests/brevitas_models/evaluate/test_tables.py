# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import csv
import io
import json
import math

from brevitas_models.evaluate import Score, as_csv, as_markdown, as_values
from brevitas_models.tasks import find_task

SCORES = [Score("a|b.png", math.inf, 1.0, 20.125, 0.5), Score("mean", 30.006, 0.91239, 20.0, 0.25)]
ALONE = [Score("mean", None, None, 20.0, 0.25)]


def test_csv_has_every_digit():
    rows = list(csv.DictReader(io.StringIO(as_csv(SCORES))))
    assert list(rows[0]) == ["image", "psnr", "ssim", "baseline_psnr", "baseline_ssim"]
    assert rows[0]["image"] == "a|b.png" and float(rows[0]["psnr"]) == math.inf
    assert float(rows[1]["psnr"]) == 30.006 and float(rows[1]["ssim"]) == 0.91239
    assert as_csv(ALONE).splitlines()[1] == "mean,,,20.0,0.25"


def test_markdown_has_the_digits_of_papers():
    assert as_markdown(SCORES, find_task("super_resolution_x2")).splitlines() == [
        "| image | PSNR (dB) | SSIM | bicubic PSNR (dB) | bicubic SSIM |",
        "| --- | ---: | ---: | ---: | ---: |",
        r"| a\|b.png | inf | 1.0000 | 20.12 | 0.5000 |",
        "| mean | 30.01 | 0.9124 | 20.00 | 0.2500 |",
    ]
    assert as_markdown(ALONE, find_task("jpeg_10")).splitlines() == [
        "| image | input PSNR (dB) | input SSIM |",
        "| --- | ---: | ---: |",
        "| mean | 20.00 | 0.2500 |",
    ]


def test_values_are_what_json_has():
    assert json.loads(json.dumps([as_values(one) for one in SCORES], allow_nan=False)) == [
        {"name": "a|b.png", "psnr": "inf", "ssim": 1.0, "baseline_psnr": 20.125, "baseline_ssim": 0.5},
        {"name": "mean", "psnr": 30.006, "ssim": 0.91239, "baseline_psnr": 20.0, "baseline_ssim": 0.25},
    ]
    assert as_values(ALONE[0]) == {"name": "mean", "baseline_psnr": 20.0, "baseline_ssim": 0.25}
