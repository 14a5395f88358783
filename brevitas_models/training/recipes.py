# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The papers' recipes by name, and short ones for a CPU. `configure` makes a run of one.

Parts that a paper leaves open are marked "open" in `SOURCES` and are this project's choice.
"""

from dataclasses import replace

from bbcu_fpga.errors import TrainingError
from brevitas_models.training.config import E2FIF_STAGES, GAM_STAGES, Recipe

_BBCU = Recipe(steps=300_000, learning_rate=1e-4, schedule="steps", milestones=(2 / 3,))
_BBCU_DNCNN = Recipe(
    task="denoising_25",
    steps=500_000,
    batch=32,
    patch=64,
    learning_rate=1e-4,
    betas=(0.9, 0.999),
    schedule="steps",
    milestones=(0.4, 0.6, 0.8),
)
_E2FIF = replace(_BBCU, learning_rate=2e-4, betas=(0.9, 0.999))
# the second training has twice the first one's learning rate
_E2FIF_STAGED = replace(_E2FIF, steps=2 * _E2FIF.steps, stages=E2FIF_STAGES, stage_factors=(1.0, 2.0))
_E2FIF_PATCHES = {2: 96, 3: 64, 4: 48}  # 192 restored pixels
_GAM = Recipe(steps=400_000, learning_rate=1e-4, betas=(0.9, 0.999), stages=GAM_STAGES)
_ZERO_DCE = Recipe(  # 100 epochs of 2,422 pictures; a learning rate that never falls
    task="low_light",
    steps=30_300,
    batch=8,
    patch=512,
    learning_rate=1e-4,
    betas=(0.9, 0.999),
    schedule="steps",
    loss="zero_reference",
)
_SHORT = Recipe(steps=2_000, batch=8)

RECIPES: dict[str, Recipe] = {
    "default": Recipe(),
    "bbcu_sr": _BBCU,
    "bbcu_denoising": _BBCU_DNCNN,
    "bbcu_jpeg": replace(_BBCU_DNCNN, task="jpeg_10"),
    **{f"e2fif_x{scale}": replace(_E2FIF, patch=patch) for scale, patch in _E2FIF_PATCHES.items()},
    **{
        f"e2fif_staged_x{scale}": replace(_E2FIF_STAGED, patch=patch)
        for scale, patch in _E2FIF_PATCHES.items()
    },
    "gam": _GAM,
    "zero_dce": _ZERO_DCE,
    "gam_zero_dce": replace(_ZERO_DCE, stages=GAM_STAGES),
    "short": _SHORT,
    "short_luma": replace(_SHORT, loss="luma", patch=48),
    "short_gam": replace(_SHORT, stages=GAM_STAGES),
}

SOURCES: dict[str, str] = {
    "default": "this project: Adam, half a cosine",
    "bbcu_sr": "BBCU, super-resolution: patch of its released configurations (32; its text has larger ones)",
    "bbcu_denoising": "BBCU, DnCNN: noise drawn from 0..75; open: the end (halved at 200k, 300k, 400k steps)",
    "bbcu_jpeg": "BBCU, DnCNN-3 on Y: quality drawn from 1..49; open: the end, as above",
    **{
        f"e2fif_x{scale}": "E2FIF: 300 epochs of 1000 steps, patches of 192 restored pixels"
        for scale in _E2FIF_PATCHES
    },
    **{
        f"e2fif_staged_x{scale}": "E2FIF's released code (for x2): the same with float weights first, binary "
        "activations alone; then from there with both, at twice the learning rate"
        for scale in _E2FIF_PATCHES
    },
    "gam": "GAM: four equal stages as its Zero-DCE++; open: everything it takes from the original networks",
    "zero_dce": "Zero-DCE, no reference: 100 epochs of 303 steps; cut where the paper shrinks to 512x512",
    "gam_zero_dce": "GAM, low light: four stages of 25 epochs; all else from Zero-DCE",
    "short": "minutes on a CPU",
    "short_luma": "minutes on a CPU, for colour super-resolution: weighs what is measured",
    "short_gam": "minutes on a CPU, in GAM's four stages",
}


def find_recipe(name: str) -> Recipe:
    """Return the recipe of this name.

    Raises:
        TrainingError: there is none; names those there are.
    """
    if name not in RECIPES:
        raise TrainingError(f"recipe {name!r} is unknown; choose from {', '.join(RECIPES)}")
    return RECIPES[name]
