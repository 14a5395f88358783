# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Checkpoints of the study into the zoo, with complete cards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bbcu_fpga.builder.compile_check import refusal
from benchmarks.study.plan import GROUPS, Run, command
from benchmarks.study.runner import Result, read_result
from brevitas_models import checkpoint
from brevitas_models.networks import PRESETS
from brevitas_models.zoo import LARGEST


def ship(
    runs: Sequence[Run], output: Path, say: Callable[[str], None], zoo: Path = checkpoint.SHIPPED
) -> list[Path]:
    """Copy finished runs into the zoo under the names of their presets, and return the checkpoints.

    What is not fit for the zoo is left out, and `say` is told why: a preset is needed to train it again, the
    first seed is taken, and a network must be smaller than the limit and better than doing nothing.

    Raises:
        DataError, TrainingError: as `read_result` raises.
    """
    shipped = []
    for run in runs:
        result = read_result(run, output)
        source = output / run.name / "network.pt"
        reason = _unfit(run, result, source)
        if reason is not None or result is None:
            say(f"{run.name}: not shipped, {reason}")
            continue
        network, _ = checkpoint.load(source, run.config)
        card = _card(run, result, output) | _compile_status(source)
        shipped.append(checkpoint.save(network, zoo / f"{run.network}.pt", card))
        say(f"{run.name}: shipped as {run.network}")
    return shipped


def _unfit(run: Run, result: Result | None, source: Path) -> str | None:
    if result is None:
        return "it is not done"
    if run.network not in PRESETS:
        return "no preset makes it again"
    if run.seed != 0:
        return "the first seed is the one to ship"
    if source.stat().st_size >= LARGEST:
        return f"it has {source.stat().st_size} bytes, and {LARGEST} are too many"
    score = result["scores"][GROUPS[run.group].sets[0]]
    if score["psnr"] <= score["baseline_psnr"]:
        return f"it has {score['psnr']:.2f} dB, and the baseline {score['baseline_psnr']:.2f} dB"
    return None


def _card(run: Run, result: Result, output: Path) -> checkpoint.Card:
    group = GROUPS[run.group]
    card = {
        key: value for key, value in result["card"].items() if key not in ("validation", "full_precision")
    }
    card |= {
        "command": command(run, result["settings"]["steps"]),
        "data": list(group.data),
        "validation": {"folder": group.sets[0], **result["scores"][group.sets[0]]},
    }
    full = (
        None
        if run.reference is None
        else read_result(Run(run.reference, PRESETS[run.reference], run.group), output)
    )
    if full is not None:
        card["full_precision"] = {key: full["scores"][group.sets[0]][key] for key in ("psnr", "ssim")}
    return card


def _compile_status(source: Path) -> checkpoint.Card:
    reason = refusal(source)
    return {"compiles": True} if reason is None else {"compiles": False, "refused": reason}
