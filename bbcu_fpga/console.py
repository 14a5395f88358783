# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How the command line talks: results on stdout; progress, notices and one-line errors on stderr."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.core import TyperCommand

from bbcu_fpga.errors import BbcuFpgaError, ConfigError

if TYPE_CHECKING:
    from bbcu_fpga.builder.build_folder import Build
    from bbcu_fpga.simulation import SimulationReport

StepReport = Callable[[str, int, int], None]
"""Takes the name of a step, how much is done, and how much there is."""


def _console(*, to_stderr: bool) -> Console:
    """Return a console; in a pipe it has no colours and does not cut tables at 80 columns."""
    stream = sys.stderr if to_stderr else sys.stdout
    return Console(stderr=to_stderr, highlight=False, width=None if stream.isatty() else 160)


def say(text: str) -> None:
    """Print a result."""
    _console(to_stderr=False).print(text, markup=False, soft_wrap=True)


class Verb(TyperCommand):
    """A command whose errors are readable lines on stderr and status 1; ``--debug`` shows the trace."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; print errors a user can cure, and say which are defects of this project."""
        debug = bool(ctx.params.get("debug"))
        _quieten(debug)
        try:
            return super().invoke(ctx)
        except BbcuFpgaError as error:
            _fail(str(error), error, debug)
        except OSError as error:
            _fail(f"{error.filename or 'system'}: {error.strerror or error}", error, debug)
        except Exception as error:
            # Typer's own exceptions know how to be shown and with which status to end
            if isinstance(error, typer.Abort) or hasattr(error, "exit_code"):
                raise
            reason = f"unexpected {type(error).__name__}: {error}"
            _fail(f"{reason} (a defect of bbcu-fpga; --debug shows where)", error, debug)


def _fail(message: str, error: Exception, debug: bool) -> NoReturn:
    if debug:
        raise error
    first, *more = message.splitlines() or [type(error).__name__]
    # a configuration has a line for each of its problems; elsewhere the rest is a log or a library's own text
    if more and not isinstance(error, ConfigError):
        message = f"{first} (--debug shows more)"
    _console(to_stderr=True).print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(1)


def _quieten(debug: bool) -> None:
    """Show the notices of this project, and those of the libraries below it only for `debug`."""
    handler = logging.StreamHandler(sys.stderr)
    if not debug:
        handler.addFilter(_is_worth_showing)
        warnings.simplefilter("ignore")
        # torch has handlers of its own, and sets their level when it is imported
        os.environ.setdefault("TORCH_LOGS", "-all")
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler], force=True)


def _is_worth_showing(record: logging.LogRecord) -> bool:
    if record.name.startswith("brevitas_models.training"):  # hours may pass: a line per epoch where no bar is
        return True
    ours = record.name.partition(".")[0] in ("bbcu_fpga", "brevitas_models")
    return record.levelno >= (logging.WARNING if ours else logging.ERROR)


@contextmanager
def progress() -> Iterator[StepReport]:
    """Yield a callback that shows progress: a bar on a terminal, one line per step elsewhere."""
    console = _console(to_stderr=True)
    if not console.is_terminal:
        yield _line_per_step(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")

        def report(step: str, done: int, total: int) -> None:
            bar.update(task, description=escape(step), completed=done, total=total)

        yield report


def _line_per_step(console: Console) -> StepReport:
    last = ""

    def report(step: str, done: int, total: int) -> None:
        nonlocal last
        if step != last and done < total:
            console.print(f"{step} ...", markup=False, soft_wrap=True)
            last = step

    return report


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of text."""
    table = Table(*columns)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    _console(to_stderr=False).print(table)


def show_layers(build: Build) -> None:
    """Print the layers of a build with their folding and predicted cycles, and the bottleneck."""
    manifest = build.manifest
    table = Table(
        "layer", "operator", "style", title=f"{manifest.name}: {manifest.model} for {manifest.board}"
    )
    for name in ("PE", "SIMD", "cycles per frame"):
        table.add_column(name, justify="right")
    slowest = max(manifest.layers, key=lambda layer: layer.cycles)
    # FIFOs and width converters do no work of their own
    for layer in (layer for layer in manifest.layers if layer.cycles):
        style = "bold red" if layer is slowest else None
        parallelism = ("" if value is None else str(value) for value in (layer.PE, layer.SIMD))
        table.add_row(layer.name, layer.op, layer.style, *parallelism, f"{layer.cycles:,}", style=style)
    _console(to_stderr=False).print(table)
    fps = manifest.clock_mhz * 1e6 / manifest.cycles_bound
    say(
        f"bottleneck: {slowest.name} with {manifest.cycles_bound:,} cycles per frame, "
        f"{fps:.1f} frames per second at {manifest.clock_mhz:g} MHz (predicted)"
    )


def show_simulation(simulation: SimulationReport, cycles_bound: int) -> None:
    """Print the key figures of a simulation; `cycles_bound` is the slowest layer's cycles per frame."""
    engine = simulation.engine
    say(f"{engine}: {simulation.differing:,} of {simulation.compared:,} integers differ from the reference")
    if simulation.cycles_per_frame is not None:
        say(f"{engine}: {simulation.cycles_per_frame:,} cycles per frame, the bound is {cycles_bound:,}")
    if simulation.psnr_hardware_db is not None:
        say(
            f"{engine}: PSNR {simulation.psnr_hardware_db:.3f} dB, "
            f"reference {simulation.psnr_reference_db:.3f} dB, "
            f"{simulation.baseline} {simulation.psnr_baseline_db:.3f} dB"
        )
