# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Networks to explore before anyone has trained them: what hardware costs hardly depends on the weights."""

from __future__ import annotations

from pathlib import Path

from bbcu_fpga.errors import ConfigError


def untrained(preset: str, folder: Path) -> Path:
    """Return a checkpoint of a preset's network with its initial weights; an earlier one is kept.

    Args:
        preset: a name of `brevitas_models.networks.PRESETS`.
        folder: where ``PRESET.pt`` is written.

    Raises:
        ConfigError: there is no such preset, or no hardware for it.
    """
    # these import torch, which takes seconds
    import torch

    from brevitas_models import checkpoint
    from brevitas_models.networks import PRESETS, build

    if preset not in PRESETS:
        raise ConfigError(f"unknown preset {preset!r}; there are {', '.join(sorted(PRESETS))}")
    config = PRESETS[preset]
    if config.obstacle:
        raise ConfigError(f"preset {preset!r} has no hardware: {config.obstacle}")
    path = folder / f"{preset}.pt"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(0)
        checkpoint.save(build(config), path, {"trained": False})
    return path
