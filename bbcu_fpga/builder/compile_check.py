# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Whether a network compiles: every step of a build for a small frame, without writing sources."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.steps import STEPS, BuildContext
from bbcu_fpga.errors import BbcuFpgaError, CheckpointError

_FRAME = {"height": 12, "width": 16}  # even: some networks work on half the resolution


def refusal(checkpoint: Path | str) -> str | None:
    """Return why the network of a checkpoint has no hardware, or None if it has.

    Each step compares the graph with the trained network. Takes seconds for a small network.

    Raises:
        CheckpointError: the checkpoint cannot be read.
    """
    from brevitas_models.export import export

    with TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        config = BuildConfig.model_validate(
            {
                "name": "check",
                "model": str(path),
                "board": "Pynq-Z2",
                "clock_mhz": 100.0,
                "frame": _FRAME,
                "folding": {"target_fps": 1.0},
            }
        )
        try:
            model = ModelWrapper(str(export(checkpoint, path, **_FRAME)))
            context = BuildContext(config, model)
            for step, _ in STEPS:
                model = step(model, context)
        except CheckpointError:
            raise  # a damaged file says nothing of its network
        except BbcuFpgaError as error:
            return str(error).splitlines()[0].removeprefix(f"{path}: ")
    return None
