# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Evaluation: restores pictures with a network and compares it with what needs no network."""

from brevitas_models.evaluate.pictures import side_by_side
from brevitas_models.evaluate.restore import restore
from brevitas_models.evaluate.scores import Outcome, Score, compare, evaluate, mean, measure, outcomes, score
from brevitas_models.evaluate.tables import as_csv, as_markdown, as_values

__all__ = [
    "Outcome",
    "Score",
    "as_csv",
    "as_markdown",
    "as_values",
    "compare",
    "evaluate",
    "mean",
    "measure",
    "outcomes",
    "restore",
    "score",
    "side_by_side",
]
