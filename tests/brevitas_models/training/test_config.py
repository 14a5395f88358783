# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import math
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bbcu_fpga.errors import TaskError, TrainingError
from brevitas_models.degradations import Unspoiled
from brevitas_models.networks import PRESETS, FFDNetConfig
from brevitas_models.tasks import find_task
from brevitas_models.training import (
    RECIPES,
    SOURCES,
    Recipe,
    TrainConfig,
    configure,
    default_task,
    find_recipe,
)
from brevitas_models.training.schedule import learning_rate
from tests.brevitas_models.samples import SMALLEST


def config(**settings):
    return TrainConfig(network=SMALLEST, output=Path("run"), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "l3"}, "loss 'l3' is unknown; choose from l1, l2, luma, zero_reference"),
        ({"schedule": "linear"}, "schedule 'linear' is unknown; choose from cosine, steps"),
        ({"steps": 0}, "steps 0 must be at least 1"),
        ({"average": 0}, "average 0 must be at least 1"),
        ({"milestones": (0.5, 1.0)}, "must lie between 0 and 1"),
        ({"stages": (1, 2, 3)}, r"stages \(1, 2, 3\) must be the last ones"),
        ({"stages": (2, 1, 3, 4)}, "must be the last ones"),
        ({"stages": (1, 2), "stage_factors": (1.0,)}, "must have a factor for each of stages 1 to 2"),
        ({"stage_factors": ()}, "must have a factor"),
        ({"seconds": 0.0}, "seconds above 0"),
        ({"epoch_steps": 0}, "epoch_steps must be at least 1"),
        ({"strategy": "ddp_spawn"}, "use 'ddp'"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(TrainingError, match=message):
        config(**settings)


def test_the_last_stages_alone_are_accepted():
    assert config(stages=(3, 4)).stages == (3, 4)
    assert config(stages=(2,), stage_factors=(1.0, 2.0)).stages == (2,)


@pytest.mark.parametrize(
    ("task", "complaint"), [("super_resolution_x3", "scale 3"), ("jpeg_10", "1 channels")]
)
def test_a_task_of_other_pictures_is_refused(task, complaint):
    with pytest.raises(TaskError, match=f"{task}.*{complaint}.*choose another"):
        config(task=task).fitted()


def test_what_is_told_the_noise_needs_noise():
    with pytest.raises(TaskError, match="FFDNet is told the noise, and deraining has none"):
        replace(config(task="deraining"), network=FFDNetConfig(channels=4, convs=4)).fitted()


def test_training_is_blind_unless_told_otherwise():
    noise = replace(config(task="denoising_25"), network=PRESETS["bbcu_dncnn"])
    assert noise.fitted()[1] == find_task("denoising_25")
    assert replace(noise, blind=False).fitted()[1].training == find_task("denoising_25").degradation


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_first_task_that_fits(name):
    network, task = replace(config(), network=PRESETS[name]).fitted()
    assert (network.scale, network.colours) == (task.scale, task.channels)
    assert task.name == default_task(network).name


def test_every_recipe_makes_a_run_and_has_a_source():
    assert set(RECIPES) == set(SOURCES)
    for recipe in RECIPES.values():
        assert configure(recipe, SMALLEST, Path("run")).recipe == recipe


def test_every_setting_of_a_recipe_can_be_given_another_value():
    changed = configure(find_recipe("bbcu_sr"), SMALLEST, Path("run"), steps=7, betas=(0.5, 0.6))
    assert (changed.steps, changed.betas, changed.learning_rate) == (7, (0.5, 0.6), 1e-4)
    assert {field.name for field in fields(Recipe)} < {field.name for field in fields(TrainConfig)}


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("bbcu_sr", (300_000, 16, 32, 1e-4, (0.9, 0.99))),
        ("bbcu_jpeg", (500_000, 32, 64, 1e-4, (0.9, 0.999))),
        ("e2fif_x4", (300_000, 16, 48, 2e-4, (0.9, 0.999))),
    ],
)
def test_recipes_are_the_papers(name, published):
    recipe = find_recipe(name)
    assert (recipe.steps, recipe.batch, recipe.patch, recipe.learning_rate, recipe.betas) == published
    assert (recipe.loss, recipe.schedule, recipe.decay) == ("l1", "steps", 0.5)


def test_low_light_has_zero_dces_recipe_with_and_without_gams_stages():
    original, staged = find_recipe("zero_dce"), find_recipe("gam_zero_dce")
    found = (original.steps, original.batch, original.patch, original.learning_rate, original.betas)
    assert found == (100 * math.ceil(2422 / 8), 8, 512, 1e-4, (0.9, 0.999))
    assert learning_rate(0.0, original) == learning_rate(1.0, original) == 1e-4
    assert (original.loss, original.task, original.stages) == ("zero_reference", "low_light", ())
    assert replace(staged, stages=()) == original and staged.stages == (1, 2, 3, 4)
    assert (find_recipe("short").loss, find_recipe("short_gam").loss) == ("l1", "l1")


def test_without_a_reference_a_picture_alone_is_the_degraded_one():
    dark = replace(config(), network=PRESETS["gam_zero_dce"])
    assert dark.fitted()[1].training is None
    assert replace(dark, loss="zero_reference").fitted()[1].training == Unspoiled()


def test_an_unknown_recipe_is_refused_with_those_there_are():
    with pytest.raises(TrainingError, match="'best' is unknown; choose from default, bbcu_sr"):
        find_recipe("best")
