# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The runs of the study, and the budget that they share."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from brevitas_models.networks import PRESETS, BBCUConfig, NetworkConfig, config_to, research
from brevitas_models.training import TrainConfig, configure, default_task, find_recipe

STEPS = 3_000
SEEDS = (0, 1, 2)
RECIPE, STAGED = "short", "short_gam"  # the same settings; GAM's stages share the steps
PATCH_SMALL, PATCH = 32, 48  # side of the degraded patch: of super-resolution, of tasks that keep the size
PHOTOGRAPHS = ("BSDS500/test", "T91")
SR_SETS = ("Set5", "BSDS500/val")
TRUNK_RANGE = 64.0  # aligned units from the least to the greatest trunk value, as of the preset of 11 bits
TRUNK_BITS = (8, 10, 12, 16)
WIDEST = 11  # bits of the trunk that 8-bit convolutions of 16 channels read


@dataclass(frozen=True)
class Group:
    """Runs that are compared with one another, in one table.

    Attributes:
        key, title: of the table.
        task: a name in `TASKS`.
        data: folders to train on.
        sets: folders to measure with; the first is that of the gaps and of the cards.
        against: what the column of gaps compares with.
        loss: L1, but L2 where most pixels are as they should be: the median of what they lack is nothing.
    """

    key: str
    title: str
    task: str
    data: tuple[str, ...]
    sets: tuple[str, ...]
    against: str = "full precision"
    loss: str = "l1"


@dataclass(frozen=True)
class Run:
    """A training, and the measurements of what it makes.

    Attributes:
        network: name of the row; a preset's, unless the trunk is varied.
        config: what is trained.
        group: key of the table.
        reference: name of the row that this one is compared with, or None.
        published: the gap to full precision in dB that the method's paper or BBCU's prints for the first set.
        seed: of initialization and data.
    """

    network: str
    config: NetworkConfig
    group: str
    reference: str | None = None
    published: float | None = None
    seed: int = 0

    @property
    def name(self) -> str:
        """The run's name and folder."""
        return f"{self.network}_seed{self.seed}"

    @property
    def recipe(self) -> str:
        """Name of the recipe."""
        return STAGED if self.config.unit == "gam" else RECIPE


GROUPS: dict[str, Group] = {
    group.key: group
    for group in (
        *(
            Group(
                f"x{scale}", f"Super-resolution x{scale}", f"super_resolution_x{scale}", PHOTOGRAPHS, SR_SETS
            )
            for scale in (2, 4)
        ),
        Group(
            "trunk", "Width of the trunk", "super_resolution_x2", PHOTOGRAPHS, ("Set5",), "the float trunk"
        ),
        Group("denoising", "Denoising", "denoising_25", PHOTOGRAPHS, ("BSDS500/CBSD68.txt",)),
        Group("jpeg", "JPEG artefacts", "jpeg_10", PHOTOGRAPHS, ("classic5",)),
        Group("deraining", "Deraining", "deraining", ("BSDS500/test",), ("Rain100L_streaks",), loss="l2"),
        Group("low_light", "Low light", "low_light", ("LOL256/train48",), ("LOL256/test15",)),
        Group("y_x2", "Other backbones, x2 of Y", "super_resolution_y_x2", PHOTOGRAPHS, ("Set5/HR",)),
        Group("norm_x4", "GAM's SRResNet, x4", "super_resolution_x4", PHOTOGRAPHS, ("Set5",)),
    )
}

# Set5, BBCU's table of super-resolution: PSNR minus that of full precision (38.00 dB at x2, 32.16 dB at x4)
_PUBLISHED_SR: dict[str, dict[int, float]] = {
    "bnn": {2: -5.75, 4: -4.60},
    "bireal": {2: -5.68, 4: -4.41},
    "irnet": {2: -0.73, 4: -0.78},
    "reactnet": {2: -0.74, 4: -0.62},
    "bbcu_m": {2: -0.56, 4: -0.62},
    "bbcu_v4": {2: -0.42, 4: -0.37},
}
# CBSD68 at sigma 25, BBCU's table of denoising: the same (31.24 dB)
_PUBLISHED_DENOISING = {"bnn": -8.57, "bireal": -2.52, "reactnet": -1.29, "bbcu_v4": -0.68}
# trained with every seed at the scale whose figures the ablation is read from
_ABLATION_SCALE = 2
_ABLATION = ("bbcu_v1", "bbcu_v2", "bbcu_v3", "bbcu_v4", "bbcu_m")
_OTHERS = ("bnn", "bireal", "irnet", "reactnet", "e2fif", "gam")


def _preset(network: str, group: str, reference: str | None = None, published: float | None = None) -> Run:
    return Run(network, PRESETS[network], group, reference, published)


def _seeds(run: Run) -> list[Run]:
    return [replace(run, seed=seed) for seed in SEEDS]


def _super_resolution(scale: int) -> list[Run]:
    full = f"tiny_srresnet_x{scale}"
    runs = [_preset(full, f"x{scale}")]
    for unit in (*_OTHERS, *_ABLATION):
        published = _PUBLISHED_SR.get(unit, {}).get(scale)
        run = _preset(f"tiny_{unit}_x{scale}", f"x{scale}", full, published)
        runs += _seeds(run) if scale == _ABLATION_SCALE and unit in _ABLATION else [run]
    return runs


def trunk(bits: int) -> NetworkConfig:
    """Return BBCU-M x2 with a trunk of this width: the same range, and steps of a pixel at most.

    A width that 8-bit convolutions cannot read whole gives them its upper bits.
    """
    config = PRESETS["tiny_bbcu_m_x2"]
    assert isinstance(config, BBCUConfig)
    step = min(TRUNK_RANGE / 2**bits, config.alignment)
    return replace(config, trunk_bits=bits, trunk_step=step, wide_bits=WIDEST if bits > WIDEST else None)


def _trunks() -> list[Run]:
    full = "tiny_trunk_float"
    runs = _seeds(Run(full, research(PRESETS["tiny_bbcu_m_x2"]), "trunk"))
    for bits in TRUNK_BITS:
        runs += _seeds(Run(f"tiny_trunk_{bits}", trunk(bits), "trunk", full))
    return runs


def _restoration() -> list[Run]:
    runs = [_preset("tiny_dncnn", "denoising"), _preset("tiny_dncnn3", "jpeg")]
    for unit, gap in _PUBLISHED_DENOISING.items():
        runs.append(_preset(f"tiny_{unit}_dncnn", "denoising", "tiny_dncnn", gap))
        runs.append(_preset(f"tiny_{unit}_dncnn3", "jpeg", "tiny_dncnn3"))
    pairs: tuple[tuple[str, str, str, float | None], ...] = (
        ("denoising", "tiny_ffdnet", "tiny_gam_ffdnet", None),
        ("deraining", "tiny_prn", "tiny_gam_prn", -0.48),  # Rain100L, GAM's table: 35.63 against 36.11 dB
        ("low_light", "tiny_zero_dce", "tiny_gam_zero_dce", None),
        ("y_x2", "tiny_edsr_x2", "tiny_e2fif_edsr_x2", None),
        ("y_x2", "tiny_rcan_plain_x2", "tiny_e2fif_rcan_plain_x2", None),
        ("y_x2", "tiny_rdn_x2", "tiny_e2fif_rdn_x2", None),
        ("norm_x4", "tiny_srresnet_norm_x4", "tiny_gam_srresnet_x4", -1.27),  # Set5: 30.53 against 31.80 dB
    )
    for group, full, binary, published in pairs:
        runs += [_preset(full, group), _preset(binary, group, full, published)]
    return runs


def plan() -> list[Run]:
    """Return all runs; those of the first seed come first, so that a study cut short has every row."""
    runs = [*_super_resolution(2), *_trunks(), *_restoration(), *_super_resolution(4)]
    return sorted(runs, key=lambda run: run.seed)


def settings(run: Run, steps: int) -> dict[str, Any]:
    """Return everything that a run's result depends on, ready for JSON."""
    group = GROUPS[run.group]
    recipe = asdict(find_recipe(run.recipe))
    recipe |= {"task": group.task, "steps": steps, "patch": patch(run), "loss": group.loss}
    return {
        "network": config_to(run.config),
        "seed": run.seed,
        **{key: list(value) if isinstance(value, tuple) else value for key, value in recipe.items()},
        "data": list(group.data),
        "sets": list(group.sets),
    }


def patch(run: Run) -> int:
    """Return the side of the degraded patch in pixels."""
    return PATCH_SMALL if run.config.scale > 1 else PATCH


def training(run: Run, data: Path, folder: Path, steps: int) -> TrainConfig:
    """Return a run as the trainer takes it: one thread, resumable, its test sets checked for leaks."""
    group = GROUPS[run.group]
    return configure(
        find_recipe(run.recipe),
        run.config,
        folder,
        task=group.task,
        steps=steps,
        patch=patch(run),
        loss=group.loss,
        data=tuple(data / name for name in group.data),
        test=tuple(data / name for name in group.sets),
        epoch_steps=min(500, steps),
        blind=False,
        seed=run.seed,
        threads=1,
        accelerator="cpu",
        resume=True,
    )


def command(run: Run, steps: int) -> str:
    """Return the command that trains a preset alike."""
    group = GROUPS[run.group]
    words = ["bbcu-fpga train", run.network, f"runs/{run.network}", "--recipe", run.recipe]
    if default_task(run.config).name != group.task:
        words += ["--task", group.task]
    words += [f"--data {name}" for name in group.data] + [f"--test {name}" for name in group.sets]
    if find_recipe(run.recipe).loss != group.loss:
        words += [f"--loss {group.loss}"]
    words += [f"--steps {steps} --patch {patch(run)} --epoch-steps {min(500, steps)} --no-blind"]
    return " ".join([*words, f"--seed {run.seed} --threads 1 --accelerator cpu"])
