# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The verb `evaluate`: a network or the baseline on a set of pictures, as tables and pictures."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bbcu_fpga.console import progress, say
from bbcu_fpga.errors import MissingToolError
from bbcu_fpga.files import write_text
from bbcu_fpga.images import save_image

if TYPE_CHECKING:
    from torch import nn

    from brevitas_models.evaluate import Outcome, Score
    from brevitas_models.tasks import Task


class Device(str, Enum):
    """Where the network runs."""

    cpu = "cpu"
    cuda = "cuda"


class OnCorrupt(str, Enum):
    """What to do with a picture that cannot be used."""

    refuse = "refuse"
    skip = "skip"


def evaluate(
    checkpoint: Annotated[
        str | None, typer.Argument(help="Checkpoint file, or a name of `zoo list`.")
    ] = None,
    pictures: Annotated[
        Path, typer.Option("--set", help="Folder of test pictures, or a .txt list of files.")
    ] = ...,  # type: ignore[assignment]  # typer's way to say that an option must be given
    task: Annotated[
        str, typer.Option(help="What to undo, such as super_resolution_x2, denoising_25, jpeg_10, deraining.")
    ] = ...,  # type: ignore[assignment]
    output: Annotated[Path | None, typer.Option(help="Folder for tables and side-by-side pictures.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    baseline_only: Annotated[bool, typer.Option(help="Measure what needs no network.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of noise and rain.")] = 0,
    on_corrupt: Annotated[
        OnCorrupt, typer.Option(help="Stop at a picture that cannot be used, or skip it with a warning.")
    ] = OnCorrupt.refuse,
    device: Annotated[Device, typer.Option(help="Where the network runs.")] = Device.cpu,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Measure PSNR and SSIM of a network on a set of pictures, beside the baseline, as the papers do.

    Example: [bold]bbcu-fpga evaluate tiny --set Set5 --task super_resolution_x2 --output runs/set5[/]
    """
    if (checkpoint is None) != baseline_only:
        raise typer.BadParameter("give a checkpoint, or --baseline-only and none")
    from brevitas_models.evaluate import mean, measure, outcomes
    from brevitas_models.tasks import find_task

    chosen = find_task(task)
    network = None if checkpoint is None else _load(checkpoint, device.value)
    scores: list[Score] = []
    with progress() as report:
        for outcome in outcomes(
            network, pictures, chosen, seed=seed, on_corrupt=on_corrupt.value, progress=report
        ):
            scores.append(measure(outcome, chosen))
            if output is not None:
                _write_picture(output, outcome, scores[-1], chosen)
    scores.append(mean(scores))
    summary = _summary(scores, chosen, pictures, checkpoint, seed)
    if output is not None:
        _write_tables(output, scores, chosen, summary)
    _show(scores, chosen, summary if as_json else None)


def _load(checkpoint: str, device: str) -> nn.Module:
    import torch

    from brevitas_models.checkpoint import load

    if device == "cuda" and not torch.cuda.is_available():
        raise MissingToolError("--device cuda: PyTorch finds no CUDA device here; leave the option out")
    return load(checkpoint)[0].to(device)


def _summary(scores: list[Score], task: Task, pictures: Path, checkpoint: str | None, seed: int) -> str:
    """Return everything measured as JSON; without a network there is no checkpoint."""
    from brevitas_models.evaluate import as_values

    *images, average = (as_values(score) for score in scores)
    network = {} if checkpoint is None else {"checkpoint": checkpoint}
    content = {
        "task": task.name,
        "protocol": task.protocol,
        "baseline": task.baseline_name,
        "set": str(pictures),
        **network,
        "seed": seed,
        "images": images,
        "mean": average,
    }
    return json.dumps(content, indent=2, allow_nan=False)


def _write_picture(output: Path, outcome: Outcome, score: Score, task: Task) -> None:
    from brevitas_models.evaluate import side_by_side

    # the suffix stays in the name, so that a.png and a.jpg do not overwrite each other
    save_image(output / "pictures" / f"{score.name}.png", side_by_side(outcome, score, task))


def _write_tables(output: Path, scores: list[Score], task: Task, summary: str) -> None:
    from brevitas_models.evaluate import as_csv, as_markdown

    write_text(output / "scores.csv", as_csv(scores))
    write_text(output / "scores.md", as_markdown(scores, task))
    write_text(output / "scores.json", summary + "\n")


def _show(scores: list[Score], task: Task, summary: str | None) -> None:
    from brevitas_models.evaluate import as_markdown

    say(as_markdown(scores, task).rstrip() if summary is None else summary)
