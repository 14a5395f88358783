# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""HLS C++ as modules of a Verilog simulation: the ports of the RTL, the function behind them through DPI.

Each node's function runs as a process of its own, which the simulator feeds with words (see `shim/shim.h`).
What such a module delivers is what the hardware delivers; when it delivers is not.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.files import atomic_folder
from bbcu_fpga.numerics import stream_bytes
from bbcu_fpga.resources import module_sources
from bbcu_fpga.sim.verilator import CppSources

_SHIM = Path(__file__).resolve().parent / "shim"
_FILES = ("shim.h", "shim.cpp", "stream_port.h", "shim_input.sv", "shim_output.sv")
_DEFINES = ("BBCU_BOUNDED", "AP_INT_MAX_W=4096")

_templates = Environment(
    loader=PackageLoader("bbcu_fpga.sim", "shim"), undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class CppPort:
    """A stream port: `in0` and so on, its place among the inputs or outputs, its payload bits."""

    name: str
    index: int
    bits: int
    is_input: bool

    @property
    def tdata_bits(self) -> int:
        """The payload padded to bytes."""
        return 8 * stream_bytes(self.bits)


@dataclass(frozen=True)
class CppModule:
    """A C++ function with one stream per port, declared in `<name>.h`; its Verilog has the same name.

    `inputs` and `outputs` are the payload bits of the ports in0.. and out0.., in the order of its arguments.
    """

    name: str
    inputs: Sequence[int]
    outputs: Sequence[int]

    @property
    def ports(self) -> list[CppPort]:
        """All ports, inputs first."""
        inputs = [CppPort(f"in{index}", index, bits, True) for index, bits in enumerate(self.inputs)]
        return inputs + [
            CppPort(f"out{index}", index, bits, False) for index, bits in enumerate(self.outputs)
        ]


@dataclass(frozen=True)
class ModuleSources:
    """The sources that give a design modules for C++ functions: Verilog, and the C++ behind it."""

    verilog: list[Path]
    cpp: CppSources


def generate(modules: Sequence[CppModule], include_dirs: Sequence[Path], folder: Path) -> ModuleSources:
    """Write a module for each function into `folder`, which is replaced, and return all sources.

    `include_dirs` are searched for the functions' headers and for what they include, `ap_int.h` and the
    `hls_stream.h` of `hls/pc` among it. A function that waits for more words than come blocks like hardware.
    """
    with atomic_folder(folder) as temporary:
        for name in _FILES:
            shutil.copy(_SHIM / name, temporary / name)
        for module in modules:
            for suffix in ("sv", "cpp"):
                text = render(f"node.{suffix}.j2", module)
                (temporary / f"{module.name}.{suffix}").write_text(text, encoding="utf-8")
    names = [module.name for module in modules]
    verilog = [folder / f"{name}.sv" for name in ("shim_input", "shim_output", *names)]
    files = [folder / f"{name}.cpp" for name in ("shim", *names)]
    cpp = CppSources(files, [folder, *include_dirs], _DEFINES)
    return ModuleSources([*module_sources("stream_checker"), *verilog], cpp)


def render(template: str, module: CppModule) -> str:
    """Return the text of a template for a function."""
    return _templates.get_template(template).render(name=module.name, ports=module.ports)
