# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The learning rate and the stage as functions of the progress, 0 to 1."""

import math

from brevitas_models.training.config import Recipe

TIE = 1e-9  # a stage or milestone begins with its step, whatever its fraction became in floating point


def locate(progress: float, recipe: Recipe) -> tuple[int | None, float]:
    """Return the stage (None without stages) and how much of it is done, 0 to 1, at a progress of 0 to 1."""
    if not recipe.stages:
        return None, progress
    place = progress * len(recipe.stages)
    index = min(math.floor(place + TIE), len(recipe.stages) - 1)
    return recipe.stages[index], min(1.0, max(0.0, place - index))


def learning_rate(progress: float, recipe: Recipe) -> float:
    """Return the learning rate at a progress of 0 to 1."""
    stage, done = locate(progress, recipe)
    start = recipe.learning_rate
    if stage is not None and recipe.stage_factors is not None:
        start *= recipe.stage_factors[stage - 1]
    if recipe.schedule == "cosine":
        return start * 0.5 * (1 + math.cos(math.pi * done))
    passed = sum(done >= milestone - TIE for milestone in recipe.milestones)
    return start * recipe.decay**passed
