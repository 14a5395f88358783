# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Files with bytes changed at random (Hypothesis): each is refused with a typed error, or taken."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from bbcu_fpga.builder.config import load_config
from bbcu_fpga.builder.source_graph import load_graph
from bbcu_fpga.errors import BbcuFpgaError
from bbcu_fpga.images import load_image
from bbcu_fpga.resources import build_configs_dir
from benchmarks.hostile_input.pictures import encoded
from benchmarks.hostile_input.workbench import Workbench
from brevitas_models import checkpoint

Edit = tuple[float, bytes, int]
"""Where in the file (a part of its length), what is written there, and how many bytes it replaces."""

Target = tuple[str, Callable[[Workbench], bytes], Callable[[Path], object]]
"""Name of the file, what it holds before the change, and what reads it."""

TARGETS: dict[str, Target] = {
    "graph": ("spoilt.onnx", lambda bench: bench.graph.read_bytes(), load_graph),
    "checkpoint": ("spoilt.pt", lambda bench: bench.checkpoint.read_bytes(), checkpoint.load),
    "configuration": (
        "spoilt.yaml",
        lambda bench: (build_configs_dir() / "pynq_z2_tiny.yaml").read_bytes(),
        load_config,
    ),
    "picture (PNG)": ("spoilt.png", lambda bench: encoded(), load_image),
    "picture (JPEG)": ("spoilt.jpg", lambda bench: encoded("RGB", "jpeg"), load_image),
    "picture (TIFF)": ("spoilt.tif", lambda bench: encoded("RGB", "tiff"), load_image),
}

_EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=8), st.sampled_from([0, 1, 1, 1, 4, 10**9])),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, edits: list[Edit]) -> bytes:
    """Return the content with every edit made; replacing very many bytes truncates."""
    for place, new, replaced in edits:
        start = int(place * len(content))
        content = content[:start] + new + content[start + replaced :]
    return content


def fuzz(target: str, bench: Workbench, examples: int) -> Counter[str]:
    """Change a file in many ways; return how often it was refused and taken.

    Raises what a reader raises that is no typed error, and AssertionError where a message does not name
    the file or a checkpoint is taken with other weights. Hypothesis prints the change that did it. Changes
    are the same in every run.
    """
    name, source, read = TARGETS[target]
    content, outcomes = source(bench), Counter[str]()
    original = checkpoint.load(bench.checkpoint)[0].state_dict() if target == "checkpoint" else {}

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(_EDITS)
    def survive(edits: list[Edit]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(changed(content, edits))
            try:
                found = read(path)
            except BbcuFpgaError as error:
                assert name in str(error) or target == "graph", error
                outcomes["refused"] += 1
                return
        if original:
            loaded = found[0].state_dict()  # type: ignore[index]
            assert all((loaded[key] == value).all() for key, value in original.items()), "weights changed"
        outcomes["taken"] += 1

    survive()
    return outcomes
