# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From a build with its shell to a bitstream: yosys, nextpnr, frames, xc7frames2bit, and read back."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.builder.build_folder import RTL_FOLDER, SHELL_FOLDER, Build
from bbcu_fpga.builder.identity import fingerprint, unchanged
from bbcu_fpga.errors import BuildError, VendorToolError
from bbcu_fpga.files import atomic_folder, write_text
from bbcu_fpga.runtime.manifest import file_digest
from bbcu_fpga.synth.hwh import render_hwh
from bbcu_fpga.synth.open_tools.floorplan import arrange
from bbcu_fpga.synth.open_tools.frames import assemble, differing, read_back, write_frames
from bbcu_fpga.synth.open_tools.layers import WORK_FOLDER, require_rtl
from bbcu_fpga.synth.open_tools.nextpnr import FASM, REPORT, Target, Timing, read_timing, route
from bbcu_fpga.synth.open_tools.prjxray import Database
from bbcu_fpga.synth.open_tools.record import SynthesisReport, update_synthesis
from bbcu_fpga.synth.open_tools.root import BITREAD, FRAMES2BIT, NEXTPNR, YOSYS, OpenTools
from bbcu_fpga.synth.open_tools.step import Step
from bbcu_fpga.synth.open_tools.utilization import Utilization, count, read_netlist
from bbcu_fpga.synth.open_tools.yosys import NETLIST, Design
from bbcu_fpga.transformation.generate_shell import BOARD_TOP

logger = logging.getLogger(__name__)

BITFILE_FOLDER, DESCRIPTION = "bitfile", "bitstream.json"
BITSTREAM = "design.bit"
_FRAMES, _READBACK = "design.frames", "readback.frames"
_STAGES = ("device", "route", "bitstream", "readback")
Progress = Callable[[str, int, int], None]


class BitstreamRecord(BaseModel):
    """What ``BUILD/bitfile`` holds: `design` is the digest of the sources, `files` those of .bit and .hwh."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    design: str
    part: str
    clock_mhz: float
    files: dict[str, str]
    tools: dict[str, str]


@dataclass(frozen=True)
class Routed:
    """A finished bitstream, what the netlist holds, and the clock that nextpnr found."""

    bit: Path
    utilization: Utilization
    timing: Timing


def make_bitstream(
    tools: OpenTools,
    design: Design,
    target: Target,
    folder: Path,
    progress: Progress | None = None,
    layers: Sequence[str] = (),
) -> Routed:
    """Turn a complete design with the PS7 into a bitstream that was read back and found the same.

    With `layers`, the operators of an accelerator in the order of the data, its memories get their places in
    that order. The runs lie in `folder`; each is kept until its inputs change, so that an interruption costs
    one run.

    Raises:
        MissingToolError, BuildError, VendorToolError: as `place_and_route`; or what bitread reads back is not
            what was written.
    """
    report = progress or (lambda *_: None)
    report("synthesizing the design", 0, len(_STAGES))
    netlist = replace(design, name=_STAGES[0]).step(tools.version(YOSYS)).run(tools, folder) / NETLIST
    utilization = count(read_netlist(netlist), tools.version(YOSYS))
    report("placing and routing", 1, len(_STAGES))
    database = Database.of(tools.prjxray_database(target.part), target.part)
    arranged = partial(arrange, layers=layers, sites=database.sites()) if layers else None
    routed, target = route(tools, design.top, netlist, target, arranged, folder, _STAGES[1])
    timing = read_timing(routed / REPORT, target, tools.version(NEXTPNR))
    report("writing the bitstream", 2, len(_STAGES))
    frames = assemble((routed / FASM).read_text().splitlines(), database)
    bit = _frames2bit(tools, database, write_frames(frames)).run(tools, folder) / BITSTREAM
    report("reading the bitstream back", 3, len(_STAGES))
    back = _bitread(tools, database, bit).run(tools, folder) / _READBACK
    if wrong := differing(frames, read_back(back)):
        raise VendorToolError(
            f"{bit}: {len(wrong)} frames are not those written, the first is 0x{wrong[0]:08x}"
        )
    report("done", len(_STAGES), len(_STAGES))
    return Routed(bit, utilization, timing)


def build_bitstream(
    build: Build, tools: OpenTools, *, seed: int = 1, progress: Progress | None = None
) -> SynthesisReport:
    """Make ``BUILD/bitfile`` and put utilization and timing into the synthesis report.

    Raises:
        BuildError: the build has no shell (another board, or nodes of style HLS), or was changed meanwhile.
        MissingToolError, VendorToolError: as `make_bitstream`; or the clock is not reached: the files are
            there all the same.
    """
    manifest = build.manifest
    _remove_other(build)
    target = Target(manifest.part, manifest.clock_mhz, seed)
    with unchanged(build, design_digest):
        design, folder = device_design(build), build.path / WORK_FOLDER
        routed = make_bitstream(tools, design, target, folder, progress, build.operators())
    keep_bitstream(build, routed.bit, {name: tools.version(name) for name in (YOSYS, NEXTPNR, FRAMES2BIT)})
    report = update_synthesis(build, device=routed.utilization, timing=routed.timing)
    if routed.timing.used["DSP"]:
        logger.warning(
            "nextpnr has no delays for DSP slices: paths through them are not in its highest clock"
        )
    if not routed.timing.met:
        raise VendorToolError(
            f"{manifest.name} reaches {routed.timing.fmax_mhz:.1f} MHz, not {manifest.clock_mhz:g}: choose a "
            f"lower clock_mhz or another --seed; the files are in {build.path / BITFILE_FOLDER}"
        )
    return report


def keep_bitstream(build: Build, bit: Path, versions: dict[str, str]) -> None:
    """Write ``BUILD/bitfile``: a bitstream of this build, its .hwh, and what they are made of and with."""
    manifest = build.manifest
    with atomic_folder(build.path / BITFILE_FOLDER) as folder:
        kept = folder / f"{manifest.name}.bit"
        shutil.copyfile(bit, kept)
        handoff = kept.with_suffix(".hwh")
        write_text(handoff, render_hwh(manifest.name, manifest.part, manifest.clock_mhz))
        record = BitstreamRecord(
            design=design_digest(build),
            part=manifest.part,
            clock_mhz=manifest.clock_mhz,
            files={path.name: file_digest(path) for path in (kept, handoff)},
            tools=versions,
        )
        write_text(folder / DESCRIPTION, record.model_dump_json(indent=2) + "\n")


def load_bitstream(build: Build) -> tuple[Path, BitstreamRecord]:
    """Return the bitstream of a build; raises BuildError if there is none, or it is of another build."""
    folder = build.path / BITFILE_FOLDER
    hint = f"run `bbcu-fpga synth {build.path} --tool open`"
    try:
        record = BitstreamRecord.model_validate_json((folder / DESCRIPTION).read_text())
        changed = [name for name, digest in record.files.items() if file_digest(folder / name) != digest]
        (bit,) = (folder / name for name in record.files if name.endswith(".bit"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{folder}: holds no bitstream of the open tools: {hint} ({error})") from error
    if changed:
        raise BuildError(f"{folder / changed[0]}: was changed after it was written: {hint} again")
    if record.design != design_digest(build):
        raise BuildError(f"{bit}: is of an earlier build: {hint} again")
    return bit, record


def device_design(build: Build) -> Design:
    """Return the accelerator in its shell beside the processor; raises BuildError if there is no shell."""
    rtl, shell = build.path / RTL_FOLDER, build.path / SHELL_FOLDER
    if not (shell / f"{BOARD_TOP}.v").is_file():
        raise BuildError(
            f"{build.path}: has no shell: build again, for a board with a Zynq-7000 (Pynq-Z1, Pynq-Z2)"
        )
    require_rtl(build)
    files = [*build.system_sources(), shell / f"{BOARD_TOP}.v"]
    return Design.of(BOARD_TOP, files, memories=sorted(rtl.glob("*.dat")))


def design_digest(build: Build) -> str:
    """Return a digest of everything that the bitstream of a build is made of."""
    digest = hashlib.sha256(fingerprint(build).encode())
    for path in sorted(path for path in (build.path / SHELL_FOLDER).glob("*") if path.is_file()):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def plan(build: Build, tools: OpenTools, seed: int = 1) -> list[str]:
    """Return the commands of `build_bitstream`, with the folders in which they run."""
    manifest = build.manifest
    design, target = device_design(build), Target(manifest.part, manifest.clock_mhz, seed)
    part_file = tools.prjxray_database(manifest.part) / manifest.part / "part.yaml"
    steps = (
        design.step("planned"),
        Step("route", NEXTPNR, "planned", target.arguments(design.top), {}, (FASM, REPORT)),
        Step("bitstream", FRAMES2BIT, "planned", _frames2bit_arguments(part_file, manifest.part), {}, ()),
        Step("readback", BITREAD, "planned", _bitread_arguments(part_file), {}, ()),
    )
    folder = build.path.resolve() / WORK_FOLDER
    return [step.command(folder / name).line() for step, name in zip(steps, _STAGES, strict=True)]


def _remove_other(build: Build) -> None:
    """Before anything is made: a bitstream of another design must not be taken for this one's."""
    try:
        load_bitstream(build)
    except BuildError:
        shutil.rmtree(build.path / BITFILE_FOLDER, ignore_errors=True)


def _frames2bit(tools: OpenTools, database: Database, frames: str) -> Step:
    return Step(
        title="bitstream",
        tool=FRAMES2BIT,
        version=tools.version(FRAMES2BIT),
        arguments=_frames2bit_arguments(database.part_file, database.part),
        files={_FRAMES: frames},
        outputs=(BITSTREAM,),
        name=_STAGES[2],
    )


def _bitread(tools: OpenTools, database: Database, bit: Path) -> Step:
    return Step(
        title="reading back",
        tool=BITREAD,
        version=tools.version(BITREAD),
        arguments=_bitread_arguments(database.part_file),
        files={BITSTREAM: bit},
        outputs=(_READBACK,),
        name=_STAGES[3],
    )


def _frames2bit_arguments(part_file: Path, part: str) -> tuple[str, ...]:
    files = ("-frm_file", _FRAMES, "-output_file", BITSTREAM)
    return ("-part_file", str(part_file), "-part_name", part, *files)


def _bitread_arguments(part_file: Path) -> tuple[str, ...]:
    return ("-part_file", str(part_file), "-o", _READBACK, BITSTREAM)
