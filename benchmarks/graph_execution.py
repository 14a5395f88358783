# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What executing each graph of a build once takes: QONNX's executor beside this project's, in one run.

Example: python -m benchmarks.graph_execution build/pynq_z2_small
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from rich.console import Console
from rich.table import Table

import bbcu_fpga.custom_op  # noqa: F401  (registers the operators)
from bbcu_fpga.builder.execution import colours, is_channels_last
from bbcu_fpga.builder.graph_runner import GraphRunner
from bbcu_fpga.builder.verification import verification_frames

Tensor = NDArray[np.float32]


def compare(path: Path) -> dict[str, Any]:
    """Return the CPU seconds of both executors on a graph of any build step.

    Raises:
        AssertionError: they differ in an integer.
    """
    model = ModelWrapper(str(path))
    source, result = model.graph.input[0].name, model.graph.output[0].name
    last = is_channels_last(model)
    shape = model.get_tensor_shape(source)
    height, width = shape[1:3] if last else shape[2:]
    frame = verification_frames(height, width, colours(model)).astype(np.float32)
    values = {source: np.ascontiguousarray(frame if last else frame.transpose(0, 3, 1, 2))}
    here, here_s = _timed(lambda: GraphRunner(model).run(values)[result])
    qonnx, qonnx_s = _timed(lambda: execute_onnx(model, values)[result])
    np.testing.assert_array_equal(here, qonnx)
    size = f"{height} x {width}"
    return {
        "graph": path.stem,
        "nodes": len(model.graph.node),
        "frame": size,
        "qonnx_s": qonnx_s,
        "here_s": here_s,
    }


def _timed(execute: Callable[[], Tensor]) -> tuple[Tensor, float]:
    start = time.process_time()
    return execute(), time.process_time() - start


def main(
    build: Annotated[Path, typer.Argument(help="Build folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="End with the figures as a line of JSON.")] = False,
) -> None:
    """Execute every graph of a build with both executors and print a table of CPU seconds."""
    figures = [compare(path) for path in sorted((build / "intermediate_models").glob("*.onnx"))]
    table = Table("graph", "nodes", "frame", "QONNX (CPU s)", "here (CPU s)", "ratio")
    for row in figures:
        ratio = row["here_s"] / row["qonnx_s"]
        seconds = (f"{row[name]:.2f}" for name in ("qonnx_s", "here_s"))
        table.add_row(row["graph"], str(row["nodes"]), row["frame"], *seconds, f"{ratio:.2f}")
    Console().print(table)
    if as_json:
        typer.echo(json.dumps(figures))


if __name__ == "__main__":
    typer.run(main)
