# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Synthesize one module with yosys and count what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.errors import BuildError
from bbcu_fpga.synth.open_tools.root import YOSYS, OpenTools
from bbcu_fpga.synth.open_tools.step import Step, by_name
from bbcu_fpga.synth.open_tools.utilization import Utilization, count, read_netlist

NETLIST = "netlist.json"
Parameters = Mapping[str, int | str]

templates = Environment(
    loader=PackageLoader("bbcu_fpga.synth.open_tools"), undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Design:
    """A module to synthesize: its name, all its sources and the memories it reads, by file name; parameters.

    All files come to lie in one folder, so a memory is read by its name, with or without `./` before it.
    `name` is that of the folder (see `Step`), `title` what messages call the design.
    """

    top: str
    sources: Mapping[str, Path | str]
    memories: Mapping[str, Path | str]
    parameters: Parameters | None = None
    name: str | None = None
    title: str | None = None

    @classmethod
    def of(
        cls,
        top: str,
        sources: Sequence[Path],
        parameters: Parameters | None = None,
        memories: Sequence[Path] = (),
    ) -> Design:
        """Return the design made of files; raises BuildError if one is missing or two have one name."""
        by_name([*sources, *memories])
        return cls(top, by_name(sources), by_name(memories), parameters)

    def step(self, version: str) -> Step:
        """Return the run of yosys; raises BuildError for a parameter that yosys cannot take."""
        parameters = {name: _value(name, value) for name, value in (self.parameters or {}).items()}
        maps = ("inverter_to_not.v", "not_to_inverter.v")
        script = templates.get_template("synthesize.ys.j2").render(
            top=self.top, sources=list(self.sources), parameters=parameters
        )
        files: dict[str, Path | str] = {name: templates.get_template(name).render() for name in maps}
        files |= {"synthesize.ys": script, **self.sources, **self.memories}
        return Step(
            title=f"synthesis of {self.title or self.top}",
            tool=YOSYS,
            version=version,
            arguments=("-q", "-l", "yosys.log", "-s", "synthesize.ys"),
            files=files,
            outputs=(NETLIST,),
            name=self.name,
        )


def synthesize(
    tools: OpenTools,
    top: str,
    sources: Sequence[Path],
    parameters: Parameters | None = None,
    *,
    memories: Sequence[Path] = (),
    cache: Path,
) -> Utilization:
    """Synthesize `top` out of context for 7-series devices and count its cells.

    Args:
        tools: the open tools.
        top: module name.
        sources: Verilog or SystemVerilog files; only `top` and what it instantiates is elaborated.
        parameters: of `top`; a string value is a Verilog string.
        memories: files that `$readmemh` reads.
        cache: folder in which netlists are kept by the hash of all their inputs.

    Raises:
        MissingToolError: yosys is not installed.
        BuildError: a file is missing, a parameter unknown or of no usable value.
        VendorToolError: yosys refuses the sources, or the netlist has a net without a driver or with two.
    """
    folder = synthesized(tools, Design.of(top, sources, parameters, memories), cache)
    return count(read_netlist(folder / NETLIST), tools.version(YOSYS))


def synthesized(tools: OpenTools, design: Design, cache: Path) -> Path:
    """Synthesize and return the folder with `netlist.json`; raises as `synthesize`."""
    return design.step(tools.version(YOSYS)).run(tools, cache)


def _value(name: str, value: int | str) -> str:
    if isinstance(value, int):
        return str(int(value))
    if '"' in value or "\\" in value or not value.isprintable():
        raise BuildError(f"parameter {name}: yosys takes no string with quotes or backslashes: {value!r}")
    return f'"{value}"'
