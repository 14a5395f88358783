# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The checkpoint format: weights, architecture and the record of the training, nothing executable."""

import json
from pathlib import Path
from typing import Any

import torch

from bbcu_fpga.errors import CheckpointError
from bbcu_fpga.files import atomic_path, write_text
from brevitas_models.networks import NetworkConfig, RestorationNetwork, build, config_from, config_to

FORMAT = "bbcu-fpga network"
VERSION = 1
SHIPPED = Path(__file__).parent / "checkpoints"

Card = dict[str, Any]


def save(network: RestorationNetwork, path: Path, card: Card) -> Path:
    """Write a network to `path` and its card, the record of its training, beside it as JSON.

    Both files appear complete or not at all. The network is put into evaluation mode, which freezes
    its constants.

    Args:
        network: the network to save.
        path: file to write, by convention `<name>.pt`.
        card: JSON-compatible record: data, seed, steps, scores, ...
    """
    network.eval()
    content = {
        "format": FORMAT,
        "version": VERSION,
        "config": config_to(network.config),
        "card": card,
        "weights": network.state_dict(),
    }
    with atomic_path(path) as temporary:
        torch.save(content, temporary)
    write_text(path.with_suffix(".json"), json.dumps({"network": content["config"], **card}, indent=2) + "\n")
    return path


def resolve(checkpoint: Path | str) -> Path:
    """Return the file of a checkpoint given by path or by the name of a shipped one ("tiny", "small").

    Raises:
        CheckpointError: there is no such file.
    """
    shipped = SHIPPED / f"{checkpoint}.pt"
    if isinstance(checkpoint, str) and "/" not in checkpoint and shipped.is_file():
        return shipped
    path = Path(checkpoint)
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in SHIPPED.glob("*.pt"))) or "none"
        raise CheckpointError(f"{path}: no such checkpoint; give a file or a shipped name ({names})")
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises pickle, zip, runtime and end-of-file errors for damaged files
        raise CheckpointError(f"{path}: damaged or no checkpoint ({error}); write it again") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointError(f"{path}: not a checkpoint of this project; use one that `train` wrote")
    if content.get("version") != VERSION:
        raise CheckpointError(f"{path}: has format version {content.get('version')}, expected {VERSION}")
    return content


def load(checkpoint: Path | str, expected: NetworkConfig | None = None) -> tuple[RestorationNetwork, Card]:
    """Load a network in evaluation mode, and its card.

    Args:
        checkpoint: path of a file, or the name of a shipped checkpoint.
        expected: refuse any other architecture, if given.

    Raises:
        CheckpointError: the file is missing, damaged, foreign, or of another architecture.
    """
    path = resolve(checkpoint)
    content = _read(path)
    try:
        config = config_from(content["config"])
        network = build(config)
        weights, card = content["weights"], content["card"]
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: incomplete or unknown ({error!r}); train it again") from error
    if expected is not None and config != expected:
        found, wanted = config_to(config), config_to(expected)
        wrong = [
            f"{name} is {found.get(name)}, expected {wanted.get(name)}"
            for name in {**found, **wanted}
            if found.get(name) != wanted.get(name)
        ]
        raise CheckpointError(f"{path}: another architecture: {'; '.join(wrong)}")
    network.eval()  # before the weights, so that stored constants are kept in every bit
    try:
        network.load_state_dict(weights)
    except (RuntimeError, AttributeError, TypeError) as error:
        raise CheckpointError(f"{path}: weights do not fit their architecture: {error}") from error
    return network, card
