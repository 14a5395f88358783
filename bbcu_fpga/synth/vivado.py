# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The vendor flow of a build: `configure` writes every script, `run` executes what it planned."""

from __future__ import annotations

import hashlib
import logging
import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

from finn.transformation.fpgadataflow.replace_verilog_relpaths import ReplaceVerilogRelPaths
from pydantic import BaseModel, ConfigDict, ValidationError
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.builder.build_folder import HARDWARE_GRAPH, MANIFEST, Build
from bbcu_fpga.builder.identity import unchanged
from bbcu_fpga.errors import BuildError, VendorToolError
from bbcu_fpga.files import atomic_folder, write_text
from bbcu_fpga.resources import rtl_dir
from bbcu_fpga.synth import recorder
from bbcu_fpga.synth.commands import Command
from bbcu_fpga.synth.finn_session import finn_session
from bbcu_fpga.synth.reports import REPORT, VivadoReport, read_reports
from bbcu_fpga.synth.stages import PARTITIONS, STAGES, Stage, Target
from bbcu_fpga.synth.tools import Tools

logger = logging.getLogger(__name__)

WORK_FOLDER = "vivado"
_PLAN = "plan.json"
_DONE = "done.txt"
Progress = Callable[[str, int, int], None]


class Plan(BaseModel):
    """What `configure` wrote: the commands in order, and the environment that their scripts read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    environment: dict[str, str]
    commands: list[Command]
    driver: Path

    def lines(self) -> list[str]:
        """Return the plan as lines for a shell."""
        variables = [f"export {name}={shlex.quote(value)}" for name, value in self.environment.items()]
        return variables + [command.line() for command in self.commands]


class VivadoFlow:
    """Stitched IP, bitstream and driver settings of a finished build.

    Args:
        build: the build; everything is written into its folder.
        tools: the vendor installation; `configure` only takes release and paths from it.
        jobs: processes that Vivado may start.
    """

    def __init__(self, build: Build, tools: Tools, jobs: int = 1) -> None:
        manifest = build.manifest
        self.build, self.tools, self.jobs = build, tools, jobs
        self.folder = build.path.resolve() / WORK_FOLDER
        self.target = Target.of(manifest.board, manifest.part, manifest.clock_mhz, self.folder)

    def configure(self) -> Plan:
        """Write every script below BUILD/vivado and return the plan; an unchanged build keeps its own.

        Needs no tool.

        Raises:
            BuildError: FINN refuses the graph; names the stage. Or a path has white space.
            ConfigError: FINN's shell cannot make the clock.
        """
        for path in (self.folder, self.tools.finn_deps, rtl_dir()):
            if len(str(path).split()) != 1:
                raise BuildError(f"{path}: FINN's scripts cannot have white space in a path; choose another")
        key = self._key()
        try:
            plan = Plan.model_validate_json((self.folder / _PLAN).read_text())
            if plan.key == key:
                return plan
        except (OSError, ValidationError):
            pass  # there is none, or it is damaged: written anew
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        plan = self._record(key)
        write_text(self.folder / _PLAN, plan.model_dump_json(indent=2) + "\n")
        return plan

    def run(self, progress: Progress | None = None) -> VivadoReport:
        """Configure, execute what an earlier run did not finish, and collect the results.

        Args:
            progress: called with (command, index, number of commands) as each begins.

        Raises:
            BuildError: as `configure`, or the build is made anew meanwhile.
            MissingToolError: Vivado, Vitis HLS or FINN's downloads are not there.
            VendorToolError: a tool failed, or timing is not met.
        """
        with unchanged(self.build):
            plan = self.configure()
            self._execute(plan, progress)
        return self._collect(plan)

    def _execute(self, plan: Plan, progress: Progress | None) -> None:
        programs = self.tools.programs()
        environment = {**os.environ, **plan.environment}
        for number, command in enumerate(plan.commands):
            if progress is not None:
                progress(command.title, number, len(plan.commands))
            if self._is_done(command):
                continue
            if command.tool == "vivado":
                self._make_memory_paths_absolute()
            command.run(programs[command.tool], environment)
            self._mark(command)

    def _record(self, key: str) -> Plan:
        model = ModelWrapper(str(self.build.path / HARDWARE_GRAPH))
        record = recorder.Recorder()
        session = finn_session(self.folder, self.tools.finn_deps, self.tools.release, self.jobs)
        with session as environment, record.installed():
            for stage in STAGES:
                record.stage = stage.name
                try:
                    model = stage.configure(model, self.target)
                except Exception as error:  # FINN raises its own types, AssertionError and plain Exception
                    raise BuildError(f"stage {stage.name}: FINN refuses the graph: {error}") from error
                model.save(str(self._graph(stage)))
        driver = Path(model.get_metadata_prop("pynq_driver_dir"))
        return Plan(key=key, environment=environment, commands=record.commands, driver=driver)

    def _graph(self, stage: Stage) -> Path:
        return self.folder / f"{stage.name}.onnx"

    def _make_memory_paths_absolute(self) -> None:
        """Apply FINN's pass to what Vitis HLS has written since it was applied while recording."""
        for path in (self._graph(STAGES[0]), *sorted((self.folder / PARTITIONS).glob("*.onnx"))):
            ModelWrapper(str(path)).transform(ReplaceVerilogRelPaths())

    def _is_done(self, command: Command) -> bool:
        marks = self.folder / _DONE
        return marks.exists() and command.line() in marks.read_text().splitlines() and not command.missing()

    def _mark(self, command: Command) -> None:
        with (self.folder / _DONE).open("a") as marks:
            marks.write(command.line() + "\n")

    def _key(self) -> str:
        """Return a digest of everything the scripts depend on: the build's contents, the tools, the place."""
        digest = hashlib.sha256(f"{self.folder}\0{self.tools.release}\0{self.tools.finn_deps}\0".encode())
        contents = [self.build.path / MANIFEST, self.build.path / HARDWARE_GRAPH]
        for folder in ("rtl", "hls"):
            contents += sorted(path for path in (self.build.path / folder).rglob("*") if path.is_file())
        for path in contents:
            digest.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def _collect(self, plan: Plan) -> VivadoReport:
        stitched = next(command for command in plan.commands if command.stage == "stitched_ip")
        top = plan.commands[-1]
        with atomic_folder(self.build.path / "stitched_ip") as folder:
            shutil.copytree(stitched.folder / "ip", folder, dirs_exist_ok=True)
        with atomic_folder(self.build.path / "bitfile") as folder:
            for pattern in (recorder.BITFILE, recorder.HANDOFF):
                (found,) = top.matches(pattern)
                shutil.copy(found, folder / f"{self.build.manifest.name}{found.suffix}")
        with atomic_folder(self.build.path / "driver") as folder:
            shutil.copytree(plan.driver, folder, dirs_exist_ok=True)
        report = read_reports(top.folder / recorder.UTILIZATION, top.folder / recorder.TIMING, self.build)
        write_text(self.build.path / REPORT, report.model_dump_json(indent=2) + "\n")
        if not report.timing.met:
            raise VendorToolError(
                f"timing is not met at {report.clock_mhz:g} MHz: worst slack {report.timing.wns_ns} ns setup,"
                f" {report.timing.whs_ns} ns hold; choose a lower clock_mhz; see {self.build.path / REPORT}"
            )
        return report
