# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Scores as CSV, as a Markdown table, and as values for JSON."""

import csv
import io
import math
from collections.abc import Sequence

from brevitas_models.evaluate.scores import MEASURES, Score
from brevitas_models.tasks import Task

DIGITS = {"psnr": 2, "ssim": 4}  # as the papers print them


def as_csv(scores: Sequence[Score]) -> str:
    """Return one line per score with every digit; what was not measured is empty, equal pictures have inf."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("image", *MEASURES))
    for one in scores:
        writer.writerow((one.name, *(getattr(one, name) for name in MEASURES)))
    return file.getvalue()


def as_markdown(scores: Sequence[Score], task: Task) -> str:
    """Return a table with as many digits as papers print; columns that were not measured are left out."""
    columns = [name for name in MEASURES if getattr(scores[0], name) is not None]
    titles = [_title(name, task) for name in columns]
    lines = [["image", *titles], ["---", *("---:" for _ in titles)]]
    for one in scores:
        lines.append(
            [one.name.replace("|", r"\|"), *(_printed(name, getattr(one, name)) for name in columns)]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_values(score: Score) -> dict[str, object]:
    """Return what was measured, ready for JSON, which has no infinity: equal pictures have "inf"."""
    found = {name: getattr(score, name) for name in MEASURES}
    known = {name: value for name, value in found.items() if value is not None}
    return {
        "name": score.name,
        **{name: value if math.isfinite(value) else "inf" for name, value in known.items()},
    }


def _title(name: str, task: Task) -> str:
    kind = {"psnr": "PSNR (dB)", "ssim": "SSIM"}[name.removeprefix("baseline_")]
    return f"{task.baseline_name} {kind}" if name.startswith("baseline_") else kind


def _printed(name: str, value: float) -> str:
    return f"{value:.{DIGITS[name.removeprefix('baseline_')]}f}"
