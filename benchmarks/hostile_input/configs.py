# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Build configurations: wrong values, and texts that are hostile as YAML."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.workbench import MARKER, Workbench, build_config, write_config

KIND = "configuration"
_BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30))]
)
_MERGES = "\n".join(
    ["a0: &a0 {x: 1}", *(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}" for i in range(1, 30))]
)


def _text(content: str | bytes, bench: Workbench, folder: Path) -> None:
    path = folder / "config.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    build_config(path, folder)


def _tag(tag: str, bench: Workbench, folder: Path) -> None:
    _text(f"name: {tag} ['touch {folder / MARKER}']\n", bench, folder)


def _changed(changes: dict[str, Any], bench: Workbench, folder: Path) -> None:
    build_config(write_config(folder, **changes), folder)


def _other_model(content: bytes, name: str, bench: Workbench, folder: Path) -> None:
    (folder / name).write_bytes(content)
    build_config(write_config(folder, model=name), folder)


def _taken(changes: dict[str, Any], bench: Workbench, folder: Path) -> None:
    """Build as the workbench was, but for the folder's name; the result must be the same."""
    unusual = folder / "Bücher und Bilder $HOME; 'x'"
    unusual.mkdir()
    built = build_config(write_config(unusual, model=str(bench.checkpoint), **changes), unusual)
    same = [(path / "rtl" / "accelerator.v").read_bytes() for path in (built.path, bench.build.path)]
    assert same[0] == same[1]


_TEXTS: list[tuple[str, str | bytes, str]] = [
    ("empty file", "", "found NoneType"),
    ("only a comment", "# nothing", "found NoneType"),
    ("a list", "- a\n- b\n", "found list"),
    ("a number", "42", "found int"),
    ("two documents", "name: a\n---\nname: b\n", "not valid YAML"),
    ("not closed", "name: [", "not valid YAML"),
    ("key twice", "name: a\nname: b\n", "given twice"),
    ("a list as key", "? [a, b]\n: 1\n", "config.yaml: "),
    ("a mapping as key", "{{a: b}: c}", "config.yaml: "),
    ("a number as key", "1: 2\n", "config.yaml: "),
    ("null as key", "null: 2\n", "config.yaml: "),
    ("an anchor inside itself", "name: &a [*a]\n", "aliases are not"),
    ("billion laughs", _BOMB, "aliases are not"),
    ("billion merges", _MERGES, "aliases are not"),
    ("an alias without anchor", "name: *a\n", "not valid YAML"),
    ("nested a hundred thousand times", "name: " + "[" * 100_000, "config.yaml: "),
    ("longer than a megabyte", "# " + "x" * 2**21, "config.yaml: "),
    ("an integer of 5000 digits", "clock_mhz: " + "9" * 5000, "config.yaml: "),
    ("an empty integer", "clock_mhz: !!int ''\n", "config.yaml: "),
    ("an impossible date", "name: 2001-99-99\n", "config.yaml: "),
    ("a wrong boolean", "name: !!bool maybe\n", "config.yaml: "),
    ("bytes that are no base 64", "name: !!binary '%'\n", "config.yaml: "),
    ("a set", "!!set {a, b}\n", "config.yaml: "),
    ("an unknown tag", "name: !thing a\n", "not valid YAML"),
    ("not UTF-8", b"name: \xff\xfe", "cannot be read"),
    ("UTF-16", "name: a".encode("utf-16"), "cannot be read"),
    ("a zero byte", "name: a\0b", "not valid YAML"),
    ("binary", bytes(range(256)), "config.yaml: "),
]
_TAGS = ["!!python/object/apply:os.system", "!!python/object/new:os.system", "!!python/name:os.system"]
_CHANGES: list[tuple[str, dict[str, Any], str]] = [
    ("unknown key", {"colour": "red"}, "unknown key 'colour'"),
    ("name leads outside", {"name": "../up"}, "name: "),
    ("name of 10,000 letters", {"name": "a" * 10_000}, "name: "),
    ("name with a line break", {"name": "a\n"}, "name: "),
    ("model is a list", {"model": ["tiny"]}, "model: "),
    ("model is a folder", {"model": "."}, "model: "),
    ("model with a zero byte", {"model": "a\0b.onnx"}, "model"),
    ("model of 10,000 letters", {"model": "a" * 10_000 + ".onnx"}, "model"),
    ("clock not a number", {"clock_mhz": float("nan")}, "clock_mhz: "),
    ("clock infinite", {"clock_mhz": float("inf")}, "clock_mhz: "),
    ("clock negative", {"clock_mhz": -1.0}, "clock_mhz: "),
    ("clock true", {"clock_mhz": True}, "clock_mhz: "),
    ("clock denormal", {"clock_mhz": 1e-320}, "clock_mhz: "),
    ("frame enormous", {"frame": {"height": 10**12, "width": 8}}, "frame.height: "),
    ("frame a fraction", {"frame": {"height": 9.5, "width": 8}}, "frame.height: "),
    ("frame rate denormal", {"folding": {"target_fps": 1e-320}}, "target_fps"),
    ("frame rate of text", {"folding": {"target_fps": "fast"}}, "target_fps"),
    ("folding by 10^30", {"folding": {"layers": {"head": {"PE": 10**30, "SIMD": 1}}}}, "PE"),
    ("FIFO of 10^30 words", {"fifo_depths": {"head_fork_fifo": 10**30}}, "head_fork_fifo"),
    ("FIFO of 10^12 words", {"fifo_depths": {"head_fork_fifo": 10**12}}, "head_fork_fifo"),
    ("style by number", {"preferred_impl_style": 3}, "preferred_impl_style"),
]

CASES = [
    *(Case(KIND, name, partial(_text, content), says) for name, content, says in _TEXTS),
    *(Case(KIND, tag.removeprefix("!!"), partial(_tag, tag), "not valid YAML") for tag in _TAGS),
    *(Case(KIND, name, partial(_changed, changes), says) for name, changes, says in _CHANGES),
    Case(KIND, "model is text", partial(_other_model, b"text", "net.onnx"), "net.onnx: "),
    Case(KIND, "path with spaces, quotes and umlauts", partial(_taken, {}), None, costly=True),
]
