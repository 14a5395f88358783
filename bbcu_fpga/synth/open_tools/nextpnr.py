# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Place and route with nextpnr, and the clock that it finds."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.errors import BuildError, VendorToolError
from bbcu_fpga.synth.open_tools.placeable import placeable
from bbcu_fpga.synth.open_tools.root import NEXTPNR, YOSYS, OpenTools
from bbcu_fpga.synth.open_tools.step import Step
from bbcu_fpga.synth.open_tools.utilization import Netlist, read_netlist, top_module
from bbcu_fpga.synth.open_tools.yosys import NETLIST, Design, Parameters, synthesized, templates

logger = logging.getLogger(__name__)

PART = "xc7z020clg400-1"
CLOCK_PORT = "ap_clk"
FASM, REPORT, LOG = "design.fasm", "report.json", "nextpnr.log"
_MISPLACED = "post-placement validity check failed"  # a defect of nextpnr 0.11, for some seeds
_SEEDS = 3
_HARNESS = "timing_harness"
_LUT = re.compile(r"^([\w.]+\.[A-D]LUT)\.INIT", re.MULTILINE)
# nextpnr runs this between packing, which takes any place for one of a pin, and placement
_PLACE = """\
import json

with open("places.json") as file:
    places = json.load(file)
for name, cell in ctx.cells:
    if str(name) in places:
        cell.setAttr("BEL", places.pop(str(name)))
if places:
    raise KeyError("cells that are not there: " + ", ".join(sorted(places)))
"""
Arranged = Callable[[Netlist], dict[str, str]]  # from a netlist to the places of some of its cells
# name in the report -> nextpnr's kinds of places on the chip
_BELS = {
    "LUT": "SLICE_LUTX",
    "FF": "SLICE_FFX",
    "CARRY4": "CARRY4",
    "RAMB36": "RAMB36E1_RAMB36E1",
    "RAMB18": "RAMB18E1_RAMB18E1",
    "DSP": "DSP48E1_DSP48E1",
}


class Timing(BaseModel):
    """A placed and routed design.

    `fmax_mhz` is of the slowest clock. `used` counts the places taken on the chip; each LUT has two places
    (its outputs O5 and O6), and routing takes some too, so `LUT` is not comparable with that of synthesis;
    `LUT6`, where a module was placed alone, counts the LUTs of which at least one place is taken.
    nextpnr has no delays for DSP slices: with `DSP` in `used`, `fmax_mhz` is of the other paths only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fmax_mhz: float
    target_mhz: float
    seed: int
    used: dict[str, int]
    source: Literal["nextpnr"] = "nextpnr"
    version: str

    @property
    def met(self) -> bool:
        """Tell whether the design runs at the clock that was asked for."""
        return self.fmax_mhz >= self.target_mhz


def place_and_route(
    tools: OpenTools,
    top: str,
    sources: Sequence[Path],
    parameters: Parameters | None = None,
    *,
    memories: Sequence[Path] = (),
    cache: Path,
    part: str = PART,
    target_mhz: float = 100.0,
    seed: int = 1,
) -> Timing:
    """Synthesize a module, place and route it alone on the chip with registers around it.

    The netlist is that which `synthesize` counts. The clock of the module must be `ap_clk`, its other ports
    are inputs and outputs of that clock.

    Args:
        tools, top, sources, parameters, memories, cache: as of `synthesize`.
        part: xc7z020clg400-1 is that of the PYNQ-Z2.
        target_mhz: what the tool aims for; it goes on where it does not get there.
        seed: of the placement; the spread over seeds is several percent.

    Raises:
        MissingToolError, BuildError, VendorToolError: as `synthesize`, or the module does not fit.
    """
    folder = synthesized(tools, Design.of(top, sources, parameters, memories), cache)
    harness = _harness_step(top, folder / NETLIST, tools.version(YOSYS)).run(tools, cache)
    target = Target(part, target_mhz, seed)
    step = route_step(tools, _HARNESS, harness / NETLIST, target)
    routed = step.run(tools, cache)
    timing = read_timing(routed / REPORT, target, tools.version(NEXTPNR))
    return timing.model_copy(update={"used": {**timing.used, "LUT6": occupied_luts(routed / FASM)}})


@dataclass(frozen=True)
class Target:
    """What is placed and routed for: the part, the clock to aim at, and the seed of the placement."""

    part: str = PART
    mhz: float = 100.0
    seed: int = 1

    def arguments(self, top: str) -> tuple[str, ...]:
        """Return nextpnr's arguments in a folder with `routed_from.json` and `design.xdc`."""
        return (
            *f"--device {self.part} --json routed_from.json --top {top}".split(),
            *f"-o xdc=design.xdc -o fasm={FASM} --report {REPORT} -q -l {LOG}".split(),
            *f"--freq {self.mhz:g} --seed {self.seed} --timing-allow-fail --pre-place place.py".split(),
        )


def route_step(
    tools: OpenTools,
    top: str,
    netlist: Path,
    target: Target,
    arranged: Arranged | None = None,
    name: str | None = None,
) -> Step:
    """Return the run of nextpnr on a complete netlist.

    `arranged` returns the places of cells of the netlist, by their names; nextpnr finds the others.
    """
    tools.chip_database(target.part)  # named where it is missing
    design = placeable(netlist)
    places = {} if arranged is None else arranged(top_module(design, netlist))
    return Step(
        title=f"place and route of {top}",
        tool=NEXTPNR,
        version=tools.version(NEXTPNR),
        arguments=target.arguments(top),
        files={
            "routed_from.json": json.dumps(design),
            "design.xdc": "",
            "places.json": json.dumps(places, indent=1),
            "place.py": _PLACE,
        },
        outputs=(FASM, REPORT),
        name=name,
    )


def route(
    tools: OpenTools,
    top: str,
    netlist: Path,
    target: Target,
    arranged: Arranged | None,
    cache: Path,
    name: str,
) -> tuple[Path, Target]:
    """Run `route_step`, again with the next seed where the placement fails nextpnr's own check.

    Returns:
        The folder of the outputs, and the target with the seed that was taken.

    Raises:
        MissingToolError, VendorToolError: as `Step.run`.
    """
    first = route_step(tools, top, netlist, target, arranged, name)
    targets = [replace(target, seed=target.seed + index) for index in range(_SEEDS)]
    runs = [(replace(first, arguments=other.arguments(top)), other) for other in targets]
    *earlier, (last, last_target) = [run for run in runs if run[0].is_done(cache)][:1] or runs
    for step, other in earlier:
        try:
            return step.run(tools, cache), other
        except VendorToolError:
            log = cache / name / LOG
            if not log.exists() or _MISPLACED not in log.read_text():
                raise
            logger.warning("nextpnr refuses its own placement with seed %d; trying the next", other.seed)
    return last.run(tools, cache), last_target


def occupied_luts(fasm: Path) -> int:
    """Return how many 6-input LUTs of the chip do something, be it for one output, two, or a way through."""
    return len(set(_LUT.findall(fasm.read_text())))


def read_timing(path: Path, target: Target, version: str) -> Timing:
    """Read nextpnr's report; raises VendorToolError for one of another form or without a clock."""
    try:
        report = json.loads(path.read_text())
        achieved = [float(clock["achieved"]) for clock in report["fmax"].values()]
        used = {name: int(report["utilization"][bel]["used"]) for name, bel in _BELS.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VendorToolError(f"{path}: not a report of nextpnr ({error!r}); route again") from error
    if not achieved:
        raise VendorToolError(f"{path}: the design has no clock, so it has no highest one")
    return Timing(fmax_mhz=min(achieved), target_mhz=target.mhz, seed=target.seed, used=used, version=version)


def _harness_step(top: str, netlist: Path, version: str) -> Step:
    ports, input_bits, output_bits = _connections(top, read_netlist(netlist))
    text = templates.get_template("harness.v.j2").render(
        harness=_HARNESS, top=top, ports=ports, input_bits=input_bits, output_bits=output_bits
    )
    script = templates.get_template("harness.ys.j2").render(harness=_HARNESS)
    return Step(
        title=f"harness of {top}",
        tool=YOSYS,
        version=version,
        arguments=("-q", "-l", "yosys.log", "-s", "harness.ys"),
        files={"module.json": netlist, "harness.v": text, "harness.ys": script},
        outputs=(NETLIST,),
    )


def _connections(top: str, netlist: Netlist) -> tuple[list[dict[str, str]], int, int]:
    """Return what each port is connected to, and how many inputs and outputs there are beside the clock."""
    ports, used = [], {"input": 0, "output": 0}
    buses = {"input": "inputs_q", "output": "outputs"}
    declared: dict[str, Any] = netlist["ports"]
    for name, port in declared.items():
        direction, width = port["direction"], len(port["bits"])
        if direction not in used:
            raise BuildError(f"port {name} of {top} is {direction}: only inputs and outputs can be timed")
        if name == CLOCK_PORT:
            ports.append({"name": name, "net": "clk"})
            continue
        first = used[direction]
        used[direction] += width
        ports.append({"name": name, "net": f"{buses[direction]}[{first + width - 1}:{first}]"})
    if CLOCK_PORT not in declared or not all(used.values()):
        raise BuildError(f"{top} needs the clock {CLOCK_PORT}, an input and an output to be timed")
    return ports, used["input"], used["output"]
