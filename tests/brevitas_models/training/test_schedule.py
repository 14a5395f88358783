# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import replace

import numpy as np
import pytest

from brevitas_models.training import Recipe, find_recipe
from brevitas_models.training.schedule import learning_rate, locate


def test_half_a_cosine():
    recipe = Recipe(steps=6)
    rates = [learning_rate(step / 6, recipe) for step in range(6)]
    assert rates == pytest.approx([1e-3 * (1 + np.cos(np.pi * index / 6)) / 2 for index in range(6)])


def test_bbcu_halves_at_200_of_300_thousand_steps():
    recipe = find_recipe("bbcu_sr")
    rates = [learning_rate(step / recipe.steps, recipe) for step in (0, 199_999, 200_000, 299_999)]
    assert rates == [1e-4, 1e-4, 5e-5, 5e-5]


def test_bbcu_denoising_halves_three_times():
    recipe = find_recipe("bbcu_denoising")
    steps = (199_999, 200_000, 299_999, 300_000, 399_999, 400_000)
    rates = [learning_rate(step / recipe.steps, recipe) for step in steps]
    assert rates == pytest.approx([1e-4, 5e-5, 5e-5, 2.5e-5, 2.5e-5, 1.25e-5])


@pytest.mark.parametrize("steps", [8, 12, 49, 1000])
def test_stages_share_the_schedule_equally_and_restart_the_learning_rate(steps):
    recipe = Recipe(steps=steps, stages=(1, 2, 3, 4))
    found = [locate(step / steps, recipe) for step in range(steps)]
    assert [stage for stage, _ in found] == [4 * step // steps + 1 for step in range(steps)]
    begins = [step for step in range(steps) if step == 0 or found[step][0] != found[step - 1][0]]
    assert [learning_rate(step / steps, recipe) for step in begins] == pytest.approx([1e-3] * 4, rel=0.01)
    assert locate(1.0, recipe) == (4, 1.0)


def test_milestones_are_parts_of_a_stage():
    recipe = Recipe(steps=40, stages=(1, 2, 3, 4), schedule="steps", milestones=(0.4, 0.8))
    rates = [learning_rate(step / 40, recipe) for step in range(40)]
    assert rates == [1e-3] * 4 + [5e-4] * 4 + [2.5e-4] * 2 + rates[:10] * 3


def test_stages_can_have_learning_rates_of_their_own():
    recipe = find_recipe("e2fif_staged_x2")
    steps = (0, 199_999, 200_000, 299_999, 300_000, 499_999, 500_000, 599_999)
    found = [(locate(step / 600_000, recipe)[0], learning_rate(step / 600_000, recipe)) for step in steps]
    assert [stage for stage, _ in found] == [1, 1, 1, 1, 2, 2, 2, 2]
    assert [rate for _, rate in found] == pytest.approx([2e-4, 2e-4, 1e-4, 1e-4, 4e-4, 4e-4, 2e-4, 2e-4])
    second = replace(recipe, stages=(2,), schedule="cosine")
    assert learning_rate(0.0, second) == 4e-4 and locate(0.0, second) == (2, 0.0)


def test_without_stages_there_is_none():
    assert locate(0.3, Recipe()) == (None, 0.3)
