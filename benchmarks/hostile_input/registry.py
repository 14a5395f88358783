# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The cases, by kind."""

from benchmarks.hostile_input import checkpoints, configs, folders, graphs, image_sets, pictures
from benchmarks.hostile_input.case import Case, Outcome, run
from benchmarks.hostile_input.fuzz import TARGETS, Target, fuzz
from benchmarks.hostile_input.workbench import Workbench

CASES: list[Case] = [
    *graphs.CASES,
    *configs.CASES,
    *checkpoints.CASES,
    *pictures.CASES,
    *image_sets.CASES,
    *folders.CASES,
]

__all__ = ["CASES", "TARGETS", "Case", "Outcome", "Target", "Workbench", "fuzz", "run"]
