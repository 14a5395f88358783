# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What a stopped run leaves to go on from, read as data: a run folder may come from somebody else."""

from pathlib import Path
from typing import Any

from torch import Tensor, nn

from bbcu_fpga.errors import CheckpointError
from brevitas_models.checkpoint import read_archive

LAST = "last.ckpt"
REMEDY = "resume with the folder's own file, or train without --resume"
# what the trainer's own hooks keep beside the state of the network and of the optimizer
OWN = {"architecture": dict, "trained_seconds": float, "stage": int | None, "epoch_ends": list}
NEEDED = {"state_dict": dict, "optimizer_states": list, "loops": dict, **OWN}


def check_resumable(path: Path) -> None:
    """Refuse a last.ckpt that is damaged, holds anything that could run, or is of no training run.

    Raises:
        CheckpointError: names the file and what is wrong.
    """
    content = read_archive(path, REMEDY)
    wrong = ["it is no dictionary"] if not isinstance(content, dict) else _wrong(content)
    if wrong:
        raise CheckpointError(f"{path}: not of a training run ({wrong[0]}); {REMEDY}")


def _wrong(content: dict[str, Any]) -> list[str]:
    return [
        name for name, kind in NEEDED.items() if name not in content or not isinstance(content[name], kind)
    ]


def keep_own(content: dict[str, Any]) -> None:
    """Drop the state of Lightning's callbacks: its checkpoint callback deletes files that are named there."""
    content["callbacks"] = {}


def check_weights(path: Path, network: nn.Module, states: list[dict[str, Tensor]]) -> None:
    """Refuse weights of other names or shapes than the network's.

    Raises:
        CheckpointError: names the file and a tensor.
    """
    wanted = {name: value.shape for name, value in network.state_dict().items()}
    for state in states:
        found = {name: getattr(value, "shape", None) for name, value in state.items()}
        odd = sorted(name for name in {**wanted, **found} if wanted.get(name) != found.get(name))
        if odd:
            raise CheckpointError(f"{path}: weights do not fit the network ({odd[0]}); {REMEDY}")
