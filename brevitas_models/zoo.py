# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The zoo: the trained networks that come with the project, and what their cards say."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bbcu_fpga.errors import CheckpointError
from bbcu_fpga.resources import build_configs_dir
from brevitas_models.checkpoint import SHIPPED, Card
from brevitas_models.networks import (
    BBCUConfig,
    DnCNNConfig,
    EDSRConfig,
    FFDNetConfig,
    GAMSRResNetConfig,
    NetworkConfig,
    PRNConfig,
    RCANConfig,
    RDNConfig,
    ZeroDCEConfig,
    config_from,
)

LARGEST = 2_000_000  # bytes of a checkpoint
NEEDED = ("network", "task", "command", "data", "images", "steps", "seconds", "device", "seed", "compiles")
MEASURED = ("folder", "psnr", "ssim", "baseline_psnr", "baseline_ssim")
METHODS = {
    "bbcu": "BBCU",
    "e2fif": "E2FIF",
    "gam": "GAM",
    "bnn": "BNN",
    "bireal": "Bi-Real",
    "irnet": "IR-Net",
    "reactnet": "ReActNet",
    "full": "full precision",
}
BACKBONES: dict[type[NetworkConfig], str] = {
    BBCUConfig: "SRResNet",
    DnCNNConfig: "DnCNN",
    EDSRConfig: "EDSR",
    RCANConfig: "RCAN",
    RDNConfig: "RDN",
    GAMSRResNetConfig: "SRResNet",
    FFDNetConfig: "FFDNet",
    PRNConfig: "PRN_r",
    ZeroDCEConfig: "Zero-DCE++",
}


@dataclass(frozen=True)
class Row:
    """One trained network in figures.

    Attributes:
        name: by which every verb takes it.
        method, unit, backbone: the paper's method, the unit of the body, the network that it is built into.
        task: what it undoes, a name in `TASKS`.
        psnr_db: on the test pictures that the card names.
        baseline_db: of bicubic enlargement or of the input, on the same pictures.
        full_precision_db: of its full-precision twin, trained alike; None if not measured.
        compiles: whether it passes every step of a build.
    """

    name: str
    method: str
    unit: str
    backbone: str
    task: str
    psnr_db: float
    baseline_db: float
    full_precision_db: float | None
    compiles: bool


def names(folder: Path = SHIPPED) -> list[str]:
    """Return the names of the networks in the zoo."""
    return sorted(path.stem for path in folder.glob("*.pt"))


def read_card(name: str, folder: Path = SHIPPED) -> Card:
    """Return the card of a network in the zoo.

    Raises:
        CheckpointError: there is no such network, or its card is unreadable or lacks something; names it.
    """
    if name not in names(folder):
        raise CheckpointError(f"{name!r} is not in the zoo; choose from {', '.join(names(folder)) or 'none'}")
    path = folder / f"{name}.json"
    try:
        card: Card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: the card cannot be read ({error}); restore it") from error
    measured = card.get("validation", {})
    missing = [key for key in NEEDED if key not in card]
    missing += [f"validation.{key}" for key in MEASURED if key not in measured]
    if missing:
        raise CheckpointError(f"{path}: the card lacks {', '.join(missing)}")
    return card


def row(name: str, folder: Path = SHIPPED) -> Row:
    """Return the figures of a network in the zoo; raises as `read_card` does."""
    card = read_card(name, folder)
    config = config_from(card["network"])
    return Row(
        name=name,
        method=METHODS[config.unit.partition("_")[0]],
        unit=config.unit,
        backbone=BACKBONES[type(config)],
        task=card["task"],
        psnr_db=card["validation"]["psnr"],
        baseline_db=card["validation"]["baseline_psnr"],
        full_precision_db=card.get("full_precision", {}).get("psnr"),
        compiles=card["compiles"],
    )


def rows(folder: Path = SHIPPED) -> list[Row]:
    """Return the figures of every network in the zoo, by name; raises as `read_card` does."""
    return [row(name, folder) for name in names(folder)]


def as_json(found: Sequence[Row]) -> str:
    """Return rows as JSON; what was not measured is absent."""
    values = [{key: value for key, value in asdict(one).items() if value is not None} for one in found]
    return json.dumps(values, indent=2)


def commands(name: str, card: Card) -> dict[str, str]:
    """Return the commands that make, measure and compile a network again."""
    found: dict[str, Any] = {
        "train": card["command"],
        "measure": f"bbcu-fpga zoo evaluate {name} --set {card['validation']['folder']}",
    }
    if card["compiles"]:
        own = build_configs_dir() / f"pynq_z2_{name}.yaml"
        other = f"build_configs/pynq_z2_tiny.yaml --model {name} --output build/{name}"
        configuration = f"build_configs/{own.name}" if own.is_file() else other
        found["compile"] = f"bbcu-fpga build {configuration}"
    return found
