# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The build configuration: what is built, for which board, how fast.

A configuration is a YAML file with one key set. Unknown and missing keys are refused by name; layers and
FIFOs are keyed by their stable names, never by position.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from bbcu_fpga.builder.boards import Board, get_board
from bbcu_fpga.errors import ConfigError
from bbcu_fpga.resources import shipped_networks

MODEL_SUFFIXES = (".pt", ".onnx")
_LONGEST = 2**20  # bytes of a configuration

Model = TypeVar("Model", bound=BaseModel)
Style = Literal["rtl", "hls"]
# far beyond any device, and small enough for every tool below
Positive = Annotated[int, Field(gt=0, le=2**20, strict=True)]
Share = Annotated[float, Field(gt=0, le=1, strict=True)]
# a 3x3 window needs three rows and columns; a side beyond 4096 would not fit any device's line buffers
FrameSide = Annotated[int, Field(ge=3, le=4096, strict=True)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frame(_Section):
    """Size of the network's input in pixels."""

    height: FrameSide
    width: FrameSide


class LayerFolding(_Section):
    """Parallelism of one layer: `PE` output lanes, `SIMD` input lanes, `lanes` in the operators behind.

    Without `lanes` the epilogue and what follows it get the fewest that keep pace.
    """

    PE: Positive
    SIMD: Positive
    lanes: Positive | None = None


class Budget(_Section):
    """The share of the device's LUTs, block RAMs and DSP slices that a build may use, by the estimates."""

    lut: Share = 0.85
    bram: Share = 1.0
    dsp: Share = 1.0


class Folding(_Section):
    """How far layers are folded. Exactly one of `target_fps`, `maximize_fps` and `layers` is given.

    `target_fps` takes the cheapest folding for a frame rate, `maximize_fps` the fastest within `budget`.
    """

    target_fps: Annotated[float, Field(ge=0.001, strict=True, allow_inf_nan=False)] | None = None
    maximize_fps: Literal[True] | None = None
    budget: Budget | None = None
    layers: dict[str, LayerFolding] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Folding:
        ways = ("target_fps", "maximize_fps", "layers")
        if sum(getattr(self, way) is not None for way in ways) != 1:
            raise ValueError("give exactly one of 'target_fps', 'maximize_fps' and 'layers'")
        if self.budget is not None and self.maximize_fps is None:
            raise ValueError("'budget' belongs to 'maximize_fps: true'")
        return self


class ImplStyle(_Section):
    """What becomes hardware: our RTL, or HLS C++ through Vitis HLS. `layers` names layers or single nodes."""

    default: Style = "rtl"
    layers: dict[str, Style] = {}


class BuildConfig(_Section):
    """Everything a build depends on.

    `model` is the name of a shipped checkpoint (`zoo list`) or the path of a .pt checkpoint or .onnx graph;
    relative paths count from the configuration file. `clock_mhz` is in MHz; `fifo_depths` overrides computed
    depths by name; `preferred_impl_style` chooses RTL or HLS per layer.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    model: str
    board: str
    clock_mhz: Annotated[float, Field(ge=0.001, le=1000, strict=True)]
    frame: Frame
    folding: Folding
    fifo_depths: dict[str, Positive] = {}
    preferred_impl_style: ImplStyle = ImplStyle()

    @field_validator("board")
    @classmethod
    def _known_board(cls, name: str) -> str:
        try:
            return get_board(name).name
        except ConfigError as error:
            raise ValueError(str(error)) from None

    @field_validator("model")
    @classmethod
    def _known_model(cls, model: str) -> str:
        if model in shipped_networks() or Path(model).suffix in MODEL_SUFFIXES:
            return model
        raise ValueError(
            f"{model!r} is neither a network of `bbcu-fpga zoo list` nor a path that ends in "
            f"{' or '.join(MODEL_SUFFIXES)}"
        )

    @property
    def device(self) -> Board:
        """The board, with the part on it and what it holds."""
        return get_board(self.board)

    def dumps(self) -> str:
        """Return the configuration as YAML, from which `load_config` makes it again."""
        content = self.model_dump(exclude_none=True, exclude_defaults=True)
        return str(yaml.safe_dump(content, sort_keys=False))

    def override(self, *, target_fps: float | None = None, model: str | None = None) -> BuildConfig:
        """Return a copy with another frame rate or network; raises ConfigError when the value is wrong."""
        changes: dict[str, Any] = self.model_dump(exclude_none=True)
        if target_fps is not None:
            changes["folding"] = {"target_fps": target_fps}
        if model is not None:
            changes["model"] = _resolve_model(model, Path.cwd(), "--model")
        return _validate(BuildConfig, changes, source=self.name)


def load_config(path: Path | str) -> BuildConfig:
    """Read a build configuration; raises ConfigError with one readable line per problem."""
    path = Path(path)
    try:
        content = yaml.load(_read(path), Loader=_StrictLoader)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; examples are in build_configs/") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except ConfigError:
        raise
    except Exception as error:  # PyYAML lets errors of int(), of datetime and of deep recursion through
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: expected keys and values, found {type(content).__name__}")
    config = _validate(BuildConfig, content, source=str(path))
    model = _resolve_model(config.model, path.resolve().parent, f"{path}: model")
    return config.model_copy(update={"model": model})


def _read(path: Path) -> str:
    """Return the text of a file, which may also be a pipe; a configuration is short."""
    with path.open("rb") as stream:
        content = stream.read(_LONGEST + 1)
    if len(content) > _LONGEST:
        raise ConfigError(f"{path}: longer than {_LONGEST} bytes, so that it is no build configuration")
    return content.decode("utf-8")


def _resolve_model(model: str, folder: Path, source: str) -> str:
    """Return a shipped name as it is, a path made absolute from `folder`; `source` names it in errors."""
    if model in shipped_networks():
        return model
    path = folder / model
    try:
        path = path.resolve()
        found = path.is_file()
    except (OSError, ValueError) as error:  # too long a name, a zero byte
        raise ConfigError(f"{source}: cannot be a path: {getattr(error, 'strerror', error)}") from error
    if not found:
        raise ConfigError(f"{source}: {path} is neither a file nor a network of `bbcu-fpga zoo list`")
    return str(path)


def _validate(kind: type[Model], content: dict[Any, Any], source: str) -> Model:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        lines = [f"{source}: {_describe(kind, detail)}" for detail in error.errors()]
        raise ConfigError("\n".join(lines)) from None


def _describe(kind: type[BaseModel], detail: ErrorDetails) -> str:
    """Say in words what is wrong with one key."""
    # pydantic appends the name of the type it tried to keys of a dictionary; only real keys are of interest
    key = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    if detail["type"] == "missing":
        return f"missing key {key!r}"
    if detail["type"] == "extra_forbidden":
        known = _keys_beside(kind, detail["loc"])
        near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        return f"unknown key {key!r}{hint}; known keys: {', '.join(known)}"
    message = detail["msg"].removeprefix("Value error, ")
    # the validators of this file name the value themselves
    value = "" if detail["type"] == "value_error" else f", got {reprlib.repr(detail['input'])}"
    return f"{key}: {message}{value}"


def _keys_beside(kind: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed in the section that holds the key at `location`."""
    match location:
        case ("frame", _):
            kind = Frame
        case ("folding", "budget", _):
            kind = Budget
        case ("folding", _):
            kind = Folding
        case ("folding", "layers", *_):
            kind = LayerFolding
        case ("preferred_impl_style", _):
            kind = ImplStyle
    return list(kind.model_fields)


class _StrictLoader(yaml.SafeLoader):
    """A safe loader that refuses aliases, and a key given twice, which PyYAML quietly allows.

    A few lines of aliases can stand for more values than any memory holds.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # as the stubs of PyYAML have it
            raise yaml.composer.ComposerError(None, None, "aliases are not supported", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                problem = f"key {key!r} is given twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)
