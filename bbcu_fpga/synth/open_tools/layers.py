# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Synthesize every layer of a build alone, and the accelerator whole."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from bbcu_fpga.builder.build_folder import RTL_FOLDER, Build
from bbcu_fpga.builder.identity import unchanged
from bbcu_fpga.errors import BuildError
from bbcu_fpga.resources import module_sources
from bbcu_fpga.synth.open_tools.record import SynthesisReport, update_synthesis
from bbcu_fpga.synth.open_tools.root import YOSYS, OpenTools
from bbcu_fpga.synth.open_tools.step import by_name
from bbcu_fpga.synth.open_tools.utilization import Utilization, count, read_netlist
from bbcu_fpga.synth.open_tools.yosys import NETLIST, Design, synthesized
from bbcu_fpga.transformation.generate_rtl import FILE_LIST, TOP

logger = logging.getLogger(__name__)

WORK_FOLDER = "synthesis"
_LAYER = "layer"
_MEMORY = re.compile(r'"\./([^"/]+\.dat)"')
Progress = Callable[[str, int, int], None]


def synthesize_build(
    build: Build,
    tools: OpenTools,
    *,
    layer: str | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> SynthesisReport:
    """Synthesize each RTL layer of a build out of context and, without `layer`, the accelerator too.

    Netlists are kept in ``BUILD/synthesis`` under the hash of their inputs and yosys' version, so that an
    interrupted run goes on where it stopped; layers of equal text are synthesized once. Writes
    ``BUILD/reports/synthesis.json``.

    Args:
        build: a finished build.
        tools: the open tools.
        layer: name of the only layer to synthesize.
        jobs: runs of yosys at the same time; each takes about 130 MB, the accelerator more.
        progress: called with (what was finished, runs finished, runs in all).

    Raises:
        BuildError: no such layer, or one without RTL; or the build is made anew meanwhile.
        MissingToolError, VendorToolError: as `synthesize`.
    """
    designs = _designs(build, layer)
    with unchanged(build):
        counts = _synthesize_all(
            designs, tools, build.path / WORK_FOLDER, jobs, progress or (lambda *_: None)
        )
    whole = {"accelerator": counts.pop(TOP)} if TOP in designs else {}
    return update_synthesis(build, layers=counts, **whole)


def plan(build: Build, tools: OpenTools, layer: str | None = None) -> list[str]:
    """Return the commands of `synthesize_build`, with the folders in which they run."""
    version, folder = tools.version(YOSYS), build.path.resolve() / WORK_FOLDER
    steps = [design.step(version) for design in _designs(build, layer).values()]
    return list(dict.fromkeys(step.command(folder / step.key()).line() for step in steps))


def layer_design(build: Build, name: str) -> Design:
    """Return a layer as a design of its own; all are called the same, so that equal layers are equal."""
    folder = build.path / RTL_FOLDER
    wrapper = (folder / f"{name}.v").read_text()
    known = {path.stem for path in folder.glob("*.sv")}
    library = module_sources(*sorted(known & set(re.findall(r"\w+", wrapper))), directory=folder)
    own_name = re.compile(rf"(?<!\w){re.escape(name)}(?![A-Za-z0-9])")
    memories: dict[str, Path | str] = {
        own_name.sub(_LAYER, file): folder / file for file in _MEMORY.findall(wrapper)
    }
    sources = {**by_name(library), f"{_LAYER}.v": own_name.sub(_LAYER, wrapper)}
    return Design(_LAYER, sources, memories, title=name)


def require_rtl(build: Build) -> None:
    """Raise BuildError for a build with layers of style hls: they have no RTL to synthesize."""
    if any(layer.style == "hls" for layer in build.manifest.layers):
        raise BuildError(f"{build.path}: has layers of style hls, of which only Vitis HLS makes RTL")


def accelerator_design(build: Build) -> Design:
    """Return the accelerator of a build."""
    folder = build.path / RTL_FOLDER
    files = [folder / name for name in (folder / FILE_LIST).read_text().split()]
    return Design.of(TOP, files, memories=sorted(folder.glob("*.dat")))


def _designs(build: Build, layer: str | None) -> dict[str, Design]:
    designs = {name: layer_design(build, name) for name in _layer_names(build, layer)}
    if layer is None and all(row.style == "rtl" for row in build.manifest.layers):
        designs[TOP] = accelerator_design(build)
    elif layer is None:
        logger.warning("%s: layers of style hls have no RTL before Vitis HLS makes it: left out", build.path)
    return designs


def _layer_names(build: Build, layer: str | None) -> list[str]:
    styles = {row.name: row.style for row in build.manifest.layers}
    if layer is None:
        return [name for name, style in styles.items() if style == "rtl"]
    if styles.get(layer) != "rtl":
        reason = "is of style hls" if layer in styles else f"is none of {', '.join(styles)}"
        raise BuildError(f"{build.path}: {layer} {reason}; only RTL layers can be synthesized alone")
    return [layer]


def _synthesize_all(
    designs: dict[str, Design], tools: OpenTools, cache: Path, jobs: int, progress: Progress
) -> dict[str, Utilization]:
    """Synthesize what differs, the largest first, and return the counts of all in the order given."""
    version = tools.version(YOSYS)
    keys = {name: design.step(version).key() for name, design in designs.items()}
    unlike = {keys[name]: designs[name] for name in reversed(designs)}  # the accelerator comes last
    progress("synthesizing", 0, len(unlike))
    counts: dict[str, Utilization] = {}
    with ThreadPoolExecutor(jobs) as pool:
        running: dict[Future[Path], str] = {
            pool.submit(synthesized, tools, design, cache): key for key, design in unlike.items()
        }
        try:
            for done in as_completed(running):
                counts[running[done]] = count(read_netlist(done.result() / NETLIST), version)
                progress("synthesizing", len(counts), len(unlike))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {name: counts[key] for name, key in keys.items()}
