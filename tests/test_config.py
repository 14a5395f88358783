# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Build configurations: what is accepted, and how everything else is refused by name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bbcu_fpga.builder.boards import BOARDS, get_board
from bbcu_fpga.builder.config import load_config
from bbcu_fpga.errors import ConfigError
from bbcu_fpga.resources import build_configs_dir

GOOD: dict[str, Any] = {
    "name": "one",
    "model": "tiny",
    "board": "Pynq-Z2",
    "clock_mhz": 100,
    "frame": {"height": 24, "width": 20},
    "folding": {"target_fps": 30},
}


def write(folder: Path, **changes: Any) -> Path:
    """Write the good configuration with changes; None removes a key."""
    content = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def refusal(folder: Path, **changes: Any) -> str:
    """Return the message with which a changed configuration is refused."""
    with pytest.raises(ConfigError) as caught:
        load_config(write(folder, **changes))
    return str(caught.value)


@pytest.mark.parametrize("path", sorted(build_configs_dir().glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_configurations_load_and_are_named_like_their_file(path: Path) -> None:
    assert load_config(path).name == path.stem


def test_values_arrive(tmp_path: Path) -> None:
    layers = {"body0": {"PE": 8, "SIMD": 4}}
    styles = {"layers": {"body0": "hls"}}
    config = load_config(
        write(tmp_path, folding={"layers": layers}, fifo_depths={"skip": 7}, preferred_impl_style=styles)
    )
    assert (config.preferred_impl_style.default, config.preferred_impl_style.layers) == (
        "rtl",
        {"body0": "hls"},
    )
    assert (config.frame.height, config.frame.width, config.clock_mhz) == (24, 20, 100)
    assert config.folding.target_fps is None
    assert config.folding.layers is not None and config.folding.layers["body0"].PE == 8
    assert config.fifo_depths == {"skip": 7}
    assert config.device.part == "xc7z020clg400-1"


def test_configuration_cannot_be_changed(tmp_path: Path) -> None:
    config = load_config(write(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        config.clock_mhz = 1  # type: ignore[misc]


@pytest.mark.parametrize("key", GOOD)
def test_missing_key_is_named(tmp_path: Path, key: str) -> None:
    assert refusal(tmp_path, **{key: None}) == f"{tmp_path / 'config.yaml'}: missing key '{key}'"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"clok_mhz": 5}, r"unknown key 'clok_mhz' \(did you mean 'clock_mhz'\?\); known keys: name, model,"),
        ({"frame": {"height": 9, "widht": 9, "width": 9}}, r"'frame.widht' \(did you mean 'width'\?\)"),
        ({"folding": {"target_fsp": 9}}, r"'folding.target_fsp' \(did you mean 'target_fps'\?\)"),
        (
            {"folding": {"layers": {"frame": {"PE": 1, "SIMD": 1, "SIMDS": 1}}}},
            r"'folding.layers.frame.SIMDS' \(did you mean 'SIMD'\?\); known keys: PE, SIMD",
        ),
        (
            {"preferred_impl_style": {"defualt": "hls"}},
            r"'preferred_impl_style.defualt' \(did you mean 'default'\?\); known keys: default, layers",
        ),
        (
            {"preferred_impl_style": {"default": "vhdl"}},
            r"preferred_impl_style.default: .*'rtl' or 'hls', got 'vhdl'",
        ),
        (
            {"preferred_impl_style": {"layers": {"head": "c"}}},
            r"preferred_impl_style.layers.head: .*'rtl' or 'hls', got 'c'",
        ),
        ({"xyz": 1}, r"unknown key 'xyz'; known keys"),
        ({"folding": {"layers": {"a": {"PE": 1}}}}, r"missing key 'folding.layers.a.SIMD'"),
        (
            {"folding": {"target_fps": 1, "layers": {}}},
            r"folding: give exactly one of 'target_fps', 'maximize_fps' and 'layers'",
        ),
        ({"folding": {}}, r"folding: give exactly one of 'target_fps', 'maximize_fps' and 'layers'"),
        ({"folding": {"target_fps": 0}}, r"folding.target_fps: .*greater than or equal to 0.001, got 0"),
        ({"folding": {"target_fps": float("inf")}}, r"folding.target_fps: .*finite.*, got inf"),
        (
            {"folding": {"layers": {"a": {"PE": 0, "SIMD": 1}}}},
            r"folding.layers.a.PE: .*greater than 0, got 0",
        ),
        ({"frame": {"height": 2, "width": 9}}, r"frame.height: .*greater than or equal to 3, got 2"),
        ({"frame": {"height": 9.5, "width": 9}}, r"frame.height: .*integer, got 9.5"),
        ({"clock_mhz": "fast"}, r"clock_mhz: .*number, got 'fast'"),
        ({"clock_mhz": True}, r"clock_mhz: .*number, got True"),
        ({"fifo_depths": {"skip": 0}}, r"fifo_depths.skip: .*greater than 0, got 0"),
        ({"name": "../up"}, r"name: .*got '../up'"),
        (
            {"board": "pynq-z3"},
            r"unknown board 'pynq-z3' \(did you mean 'Pynq-Z[12]'\?\); known boards: Pynq-Z1, ",
        ),
        ({"board": "Toaster"}, r"unknown board 'Toaster'; known boards"),
        ({"model": "huge"}, r"model: 'huge' is neither a network of `bbcu-fpga zoo list` nor a path"),
        (
            {"model": "nowhere/net.pt"},
            r"nowhere/net.pt is neither a file nor a network of `bbcu",
        ),
    ],
)
def test_wrong_key_or_value_is_named(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    message = refusal(tmp_path, **changes)
    assert re.search(expected, message)
    assert all(line.startswith(f"{tmp_path / 'config.yaml'}: ") for line in message.splitlines())


def test_every_problem_has_its_line(tmp_path: Path) -> None:
    assert len(refusal(tmp_path, board="Toaster", clock_mhz=None, more=1).splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: a\nname: b\n", "key 'name' is given twice"),
        ("frame: {height: 3, height: 4}\n", "key 'height' is given twice"),
        ("name: [", "not valid YAML"),
        ("- a\n- b\n", "expected keys and values, found list"),
        ("", "expected keys and values, found NoneType"),
    ],
)
def test_text_that_is_no_configuration(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=re.escape(expected)) as caught:
        load_config(path)
    assert "\n" not in str(caught.value)


def test_file_that_is_missing_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path / "absent.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "bytes.yaml")


def test_model_path_counts_from_the_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net.pt").touch()
    monkeypatch.chdir("/")
    assert load_config(write(tmp_path, model="net.pt")).model == str(tmp_path / "net.pt")


def test_override(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(write(tmp_path, folding={"layers": {"a": {"PE": 1, "SIMD": 1}}}))
    (tmp_path / "net.onnx").touch()
    monkeypatch.chdir(tmp_path)
    changed = config.override(target_fps=12.5, model="net.onnx")
    assert changed.folding.target_fps == 12.5
    assert changed.folding.layers is None
    assert changed.model == str(tmp_path / "net.onnx")
    assert config.override() == config
    with pytest.raises(ConfigError, match="--model: .* is neither a file"):
        config.override(model="absent.onnx")


def test_boards() -> None:
    assert get_board("Pynq-Z2").resources == {"LUT": 53_200, "FF": 106_400, "BRAM18": 280, "DSP": 220}
    assert set(BOARDS) == {"Pynq-Z1", "Pynq-Z2", "Ultra96", "ZCU104", "KV260"}
