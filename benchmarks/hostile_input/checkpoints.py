# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Checkpoints: damaged, foreign, and malicious."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.workbench import MARKER, Workbench
from brevitas_models import checkpoint

KIND = "checkpoint"
Content = dict[str, Any]


class _Malicious:
    """Touches a file when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.command = f"touch '{folder / MARKER}'"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self.command,)


def _load(content: bytes, folder: Path) -> None:
    (folder / "spoilt.pt").write_bytes(content)
    checkpoint.load(folder / "spoilt.pt")


def _bytes(change: Callable[[bytes], bytes], bench: Workbench, folder: Path) -> None:
    _load(change(bench.checkpoint.read_bytes()), folder)


def _saved(content: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()


def _changed(change: Callable[[Content], Any], bench: Workbench, folder: Path) -> None:
    content = torch.load(bench.checkpoint, weights_only=True)
    _load(_saved(change(content)), folder)


def _config(bench: Workbench, folder: Path, **changes: Any) -> None:
    _changed(lambda content: {**content, "config": {**content["config"], **changes}}, bench, folder)


def _weight(change: Callable[[torch.Tensor], Any], bench: Workbench, folder: Path) -> None:
    _changed(
        lambda content: (
            content["weights"].update({"head_bias": change(content["weights"]["head_bias"])}) or content
        ),
        bench,
        folder,
    )


def _without_weight(content: Content) -> Content:
    content["weights"].pop("head_bias")
    return content


def _malicious(pack: Callable[[object], bytes], bench: Workbench, folder: Path) -> None:
    _load(pack(_Malicious(folder)), folder)


def _inside(value: object) -> bytes:
    return _saved({"format": checkpoint.FORMAT, "version": 1, "card": value})


def _legacy(value: object) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, _use_new_zipfile_serialization=False)
    return buffer.getvalue()


def _zip_bomb(bench: Workbench, folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", bytes(2**27))
        archive.writestr("a/version", "3")
    _load(buffer.getvalue(), folder)


def _expanded(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor of 10^12 values of which the file holds one."""
    return torch.zeros(1).expand(1_000_000, 1_000_000)


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _flipped(content: bytes) -> bytes:
    """Flip a bit in the pickle at the head of the archive."""
    return content[:100] + bytes([content[100] ^ 16]) + content[101:]


_DAMAGED = "spoilt.pt: damaged"
_UNKNOWN = "spoilt.pt: incomplete or unknown"
_MISFIT = "spoilt.pt: .*does not fit its weights"

_NOT_FINITE = "head_bias is not finite"
_FOREIGN = "not a checkpoint of this project"

CASES = [
    Case(KIND, "empty file", partial(_bytes, lambda content: b""), _DAMAGED),
    Case(KIND, "text", partial(_bytes, lambda content: b"weights"), _DAMAGED),
    Case(KIND, "truncated", partial(_bytes, _half), _DAMAGED),
    Case(KIND, "a bit flipped", partial(_bytes, _flipped), "spoilt.pt: "),
    Case(KIND, "malicious pickle", partial(_malicious, pickle.dumps), _DAMAGED),
    Case(KIND, "malicious value in a checkpoint", partial(_malicious, _inside), _DAMAGED),
    Case(KIND, "malicious, old format", partial(_malicious, _legacy), _DAMAGED),
    Case(KIND, "zip bomb", _zip_bomb, "it is compressed"),
    Case(
        KIND, "of another program", partial(_changed, lambda content: content["weights"]), "not a checkpoint"
    ),
    Case(KIND, "a list", partial(_changed, lambda content: [1, 2]), _FOREIGN),
    Case(KIND, "another version", partial(_changed, lambda c: {**c, "version": 99}), "version 99"),
    Case(KIND, "no configuration", partial(_changed, lambda c: {**c, "config": None}), _UNKNOWN),
    Case(KIND, "no weights", partial(_changed, lambda c: {**c, "weights": None}), _UNKNOWN),
    Case(KIND, "weights are text", partial(_weight, lambda weight: "weights"), _UNKNOWN),
    Case(KIND, "weight missing", partial(_changed, _without_weight), "head_bias"),
    Case(KIND, "weight NaN", partial(_weight, lambda weight: weight * torch.nan), _NOT_FINITE),
    Case(
        KIND,
        "weight infinite",
        partial(_weight, lambda weight: weight + torch.inf),
        "head_bias is not finite",
    ),
    Case(KIND, "weight of doubles", partial(_weight, torch.Tensor.double), "head_bias is .*float64"),
    Case(KIND, "weight of complex numbers", partial(_weight, lambda w: w.to(torch.complex64)), "head_bias"),
    Case(KIND, "weight of another shape", partial(_weight, lambda w: w.repeat(1, 2, 1, 1)), "head_bias is"),
    Case(KIND, "weight of 10^12 values", partial(_weight, _expanded), "declares more weights than it holds"),
    Case(KIND, "unknown family", partial(_config, family="vgg"), _UNKNOWN),
    Case(KIND, "unknown unit", partial(_config, unit="magic"), _UNKNOWN),
    Case(KIND, "unknown setting", partial(_config, depth=3), _UNKNOWN),
    Case(KIND, "channels of text", partial(_config, channels="4"), _UNKNOWN),
    Case(KIND, "channels negative", partial(_config, channels=-4), _UNKNOWN),
    Case(KIND, "channels 10^9", partial(_config, channels=10**9), "spoilt.pt: .*channels"),
    Case(KIND, "channels 10^9, float", partial(_config, channels=10**9, trunk_bits=None), _MISFIT),
    Case(KIND, "convolutions 10^9", partial(_config, body_convs=10**9), _MISFIT),
    Case(KIND, "trunk of 10^9 bits", partial(_config, trunk_bits=10**9), "spoilt.pt: "),
    Case(KIND, "step NaN", partial(_config, trunk_step=float("nan")), "spoilt.pt: "),
    Case(KIND, "step no power of two", partial(_config, trunk_step=0.03), "spoilt.pt: "),
]
