# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Let FINN's passes write their scripts without starting the tools: every start becomes a `Command`.

FINN writes a shell script for each run of a tool and starts it at once; the script's status is that of its
last `cd`, so that a failed tool goes unseen. Here the start is replaced by a recorder, and what FINN looks
for afterwards is put there for the time of the recording.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import finn.transformation.fpgadataflow.create_stitched_ip as finn_stitched_ip
import finn.transformation.fpgadataflow.make_zynq_proj as finn_zynq
import finn.util.hls as finn_hls

from bbcu_fpga.errors import BuildError
from bbcu_fpga.synth.commands import Command

BITFILE = "finn_zynq_link.runs/impl_1/top_wrapper.bit"
HANDOFF = "finn_zynq_link.*/sources_1/bd/top/hw_handoff/top.hwh"
UTILIZATION = "synth_report.xml"
TIMING = "finn_zynq_link.runs/impl_1/top_wrapper_timing_summary_routed.rpt"
COMPONENT = "ip/component.xml"
_STARTERS = (finn_stitched_ip, finn_zynq, finn_hls)


class Recorder:
    """Collects the commands of one stage after the other."""

    def __init__(self) -> None:
        self.stage = ""
        self.commands: list[Command] = []
        self._placeholders: list[Path] = []

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Replace the start of tools in FINN's modules; placeholders vanish at the end."""
        with ExitStack() as stack:
            for module in _STARTERS:
                stack.enter_context(_replaced(module, "launch_process_helper", self._record))
                stack.enter_context(_replaced(module, "resolve_xilinx_tool", lambda tool: tool))
            stack.callback(self._remove_placeholders)
            yield
        self.commands = [
            command.model_copy(update={"sources": _files(command.folder)}) for command in self.commands
        ]

    def _record(self, arguments: list[str], **_: object) -> tuple[str, str]:
        folder, (tool, *rest) = _read_script(Path(arguments[-1]))
        script = folder / rest[-1]
        describe = _hls if tool.startswith("vitis") else _zynq if script.name == "ip_config.tcl" else _stitch
        title, promises, placeholders = describe(script)
        self.commands.append(
            Command(
                stage=self.stage,
                title=title,
                folder=folder,
                tool=tool,
                arguments=rest,
                promises=promises,
                sources=[],  # known at the end
            )
        )
        for name in placeholders:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            self._placeholders.append(path)
        return "", ""

    def _remove_placeholders(self) -> None:
        for path in self._placeholders:
            path.unlink(missing_ok=True)


def _read_script(script: Path) -> tuple[Path, list[str]]:
    """Return the folder and the tool's command line of one of FINN's shell scripts."""
    lines = [shlex.split(line, comments=True) for line in script.read_text().splitlines()]
    commands = [words for words in lines if words and words[0] != "set"]
    if len(commands) != 3 or [words[0] for words in commands[::2]] != ["cd", "cd"]:
        raise BuildError(f"{script}: FINN's script has another form than that of finn-plus 1.6.1")
    return Path(commands[0][1]), commands[1]


def _hls(script: Path) -> tuple[str, list[str], list[str]]:
    node = script.stem.removeprefix("hls_syn_")
    solution = f"project_{node}/sol1/impl"
    # FINN asks for the folder ip; the file in it is removed again, the folder stays
    return f"IP of {node}", [f"{solution}/{COMPONENT}", f"{solution}/verilog/*.v"], [f"{solution}/ip/.keep"]


def _stitch(script: Path) -> tuple[str, list[str], list[str]]:
    text = script.read_text()
    wrapper = _only(r"^add_files -norecurse (\S+_wrapper\.v)$", text, script)
    block = _only(r'^create_bd_design "(\w+)"$', text, script)
    relative = str(Path(wrapper).relative_to(script.parent))
    promises = [COMPONENT, "all_verilog_srcs.txt", relative.replace(".srcs/", ".*/")]
    return f"stitched IP {block}", promises, [relative]


def _zynq(script: Path) -> tuple[str, list[str], list[str]]:
    placeholders = [BITFILE, HANDOFF.replace("*", "gen"), "resizer.bit", "resizer.hwh"]
    return "bitstream", [BITFILE, HANDOFF, UTILIZATION, TIMING], placeholders


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _only(pattern: str, text: str, script: Path) -> str:
    found = re.findall(pattern, text, re.MULTILINE)
    if len(found) != 1:
        raise BuildError(f"{script}: expected {pattern!r} once, found it {len(found)} times")
    return str(found[0])


@contextmanager
def _replaced(module: ModuleType, name: str, value: Callable[..., Any]) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, original)
