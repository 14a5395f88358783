# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The checkpoint format: weights, architecture and the record of the training, nothing executable."""

import io
import json
import zipfile
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
        # in memory first: on a full disk PyTorch's own writer raises an error without a name
        stream = io.BytesIO()
        torch.save(content, stream)
        temporary.write_bytes(stream.getvalue())
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


def read_archive(path: Path, remedy: str = "write it again") -> Any:
    """Return what PyTorch saved in a file: tensors and plain values, nothing that could run.

    Args:
        path: the file.
        remedy: what to do about a file that cannot be read, for the message.

    Raises:
        CheckpointError: the file is damaged, compressed, or holds anything else; names it.
    """
    try:
        _check_archive(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises pickle, zip, runtime and end-of-file errors for damaged files
        # its own text counsels to load unsafely
        reason = next(iter(str(error).splitlines()), type(error).__name__).partition(". ")[0]
        raise CheckpointError(f"{path}: damaged or no checkpoint ({reason}); {remedy}") from error


def _read(path: Path) -> dict[str, Any]:
    content = read_archive(path)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointError(f"{path}: not a checkpoint of this project; use one that `train` wrote")
    if content.get("version") != VERSION:
        raise CheckpointError(f"{path}: has format version {content.get('version')}, expected {VERSION}")
    return dict(content)


def _check_archive(path: Path) -> None:
    """Raise zipfile's error for what is no archive, ValueError for a bomb or a wrong checksum."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > path.stat().st_size:
            raise ValueError("it is compressed, which `train` never does")
        damaged = archive.testzip()
    if damaged:
        raise ValueError(f"the checksum of {damaged} is wrong")


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
        config, weights, card = config_from(content["config"]), content["weights"], content["card"]
        _check_weights(path, config, weights)
        network = build(config)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: incomplete or unknown ({error!r}); train it again") from error
    _check_expected(path, config, expected)
    network.eval()  # before the weights, so that stored constants are kept in every bit
    try:
        network.load_state_dict(weights)
    except (RuntimeError, AttributeError, TypeError) as error:
        raise CheckpointError(f"{path}: weights do not fit their architecture: {error}") from error
    return network, card


def _check_weights(path: Path, config: NetworkConfig, weights: dict[str, torch.Tensor]) -> None:
    """Refuse what does not fit together, before a network is made that no memory may hold.

    Raises:
        CheckpointError: names the file and the tensor or the setting.
    """
    if sum(tensor.numel() * tensor.element_size() for tensor in weights.values()) > path.stat().st_size:
        raise CheckpointError(f"{path}: declares more weights than it holds; use one that `train` wrote")
    # a layer has at least one tensor, and a channel one row of the largest
    most = max(64, len(weights), *(size for tensor in weights.values() for size in tensor.shape))
    for name, value in config_to(config).items():
        if isinstance(value, int) and value > most:
            raise CheckpointError(f"{path}: {name} {value} does not fit its weights; train it again")
    with torch.device("meta"):  # shapes without memory
        wanted = build(config).eval().state_dict()
    odd = sorted(wanted.keys() ^ weights.keys())
    if odd:
        raise CheckpointError(
            f"{path}: weights do not fit their architecture: {', '.join(odd[:3])} missing or not of it; "
            "train it again"
        )
    for name, tensor in weights.items():
        if (tensor.shape, tensor.dtype) != (wanted[name].shape, wanted[name].dtype):
            raise CheckpointError(
                f"{path}: weights do not fit their architecture: {name} is {tuple(tensor.shape)} "
                f"{tensor.dtype}, expected {tuple(wanted[name].shape)} {wanted[name].dtype}"
            )
        if not tensor.isfinite().all():
            raise CheckpointError(f"{path}: {name} is not finite: its training went wrong; train it again")


def _check_expected(path: Path, config: NetworkConfig, expected: NetworkConfig | None) -> None:
    if expected is None or config == expected:
        return
    found, wanted = config_to(config), config_to(expected)
    wrong = [
        f"{name} is {found.get(name)}, expected {wanted.get(name)}"
        for name in {**found, **wanted}
        if found.get(name) != wanted.get(name)
    ]
    raise CheckpointError(f"{path}: another architecture: {'; '.join(wrong)}")
