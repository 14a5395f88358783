# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The tables of the study in Markdown, from the results alone; what is missing is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

from bbcu_fpga.errors import TrainingError
from benchmarks.study.plan import GROUPS, Group, Run
from benchmarks.study.runner import Result, read_result
from brevitas_models.tasks import find_task

NARROW = 0.05  # dB that the default trunk may cost
MISSING = "-"

Found = dict[Run, Result]


def read_all(runs: Sequence[Run], output: Path) -> Found:
    """Return the results that there are.

    Raises:
        DataError: a result is damaged.
        TrainingError: results are of another plan, or of budgets that differ.
    """
    results = {run: result for run in runs if (result := read_result(run, output)) is not None}
    steps = sorted({result["settings"]["steps"] for result in results.values()})
    if len(steps) > 1:
        raise TrainingError(f"{output}: holds runs of {steps} steps, which do not compare; separate them")
    return results


def as_markdown(runs: Sequence[Run], output: Path) -> str:
    """Return all tables; raises as `read_all` does."""
    results = read_all(runs, output)
    if not results:
        return f"No run is done; {len(runs)} are missing.\n"
    parts = [_budget(results, len(runs))]
    for group in GROUPS.values():
        members = [run for run in runs if run.group == group.key]
        if members:
            parts.append(_section(group, members, results))
    return "\n".join(parts)


def _budget(results: Found, total: int) -> str:
    one = next(iter(results.values()))["settings"]
    seconds = sum(result["card"]["seconds"] for result in results.values())
    return (
        f"{one['steps']} steps of {one['batch']} patches, Adam from {one['learning_rate']:g} down half a "
        f"cosine, one CPU thread. {len(results)} of {total} runs are done, "
        f"{seconds / 3600:.1f} hours of training.\n"
    )


def _section(group: Group, runs: Sequence[Run], results: Found) -> str:
    done = {run: results[run] for run in runs if run in results}
    missing = [run.name for run in runs if run not in results]
    lines = [f"### {group.title}\n"]
    if done:
        one = next(iter(done.values()))
        images = f"{one['card']['images']} pictures of {', '.join(group.data)}"
        lines += [
            f"Task `{group.task}`, {images}, patch {one['settings']['patch']}, "
            f"{one['settings']['loss'].upper()} loss.\n"
        ]
        lines += [*_table(group, runs, done), ""]
    if group.key == "trunk":
        lines += [_narrowest(runs, done), ""]
    if missing:
        lines += [f"Missing: {', '.join(missing)}.", ""]
    return "\n".join(lines)


def _table(group: Group, runs: Sequence[Run], done: Found) -> list[str]:
    columns = [f"{name.removesuffix('.txt')} {what}" for name in group.sets for what in ("PSNR (dB)", "SSIM")]
    published = any(run.published is not None for run in runs)
    head = ["network", *columns, f"to {group.against} (dB)", *(["published (dB)"] if published else [])]
    rows = [head, ["---", *["---:"] * (len(head) - 1)], _baseline(group, done, len(head))]
    for network in dict.fromkeys(run.network for run in runs):
        seeds = [run for run in runs if run.network == network]
        if not any(run in done for run in seeds):
            continue
        cells = [_cell(seeds, done, name, what) for name in group.sets for what in ("psnr", "ssim")]
        reference = [run for run in runs if run.network == seeds[0].reference]
        gap = _gap(seeds, reference, done)
        last = [_signed(seeds[0].published)] if published else []
        rows.append([f"`{network}`", *cells, _signed(gap), *last])
    return [f"| {' | '.join(row)} |" for row in rows]


def _baseline(group: Group, done: Found, width: int) -> list[str]:
    scores = next(iter(done.values()))["scores"]
    cells = [
        _digits(scores[name][f"baseline_{what}"], what) for name in group.sets for what in ("psnr", "ssim")
    ]
    name = find_task(group.task).baseline_name
    return [name, *cells, *[MISSING] * (width - 1 - len(cells))]


def _cell(seeds: Sequence[Run], done: Found, name: str, what: str) -> str:
    """Return the mean, with the standard deviation and the number of seeds where there are several."""
    values = [done[run]["scores"][name][what] for run in seeds if run in done]
    if len(values) == 1:
        return _digits(values[0], what)
    return f"{_digits(mean(values), what)} ± {_digits(stdev(values), what)} ({len(values)})"


def _gap(seeds: Sequence[Run], reference: Sequence[Run], done: Found) -> float | None:
    """Return by how much a row is above its reference on the first set, over the seeds that both have."""
    alone = len(reference) == 1  # a reference of one seed stands for all
    theirs = {run.seed: _psnr(run, done) for run in reference if run in done}
    pairs = [
        (_psnr(run, done), theirs[0 if alone else run.seed])
        for run in seeds
        if run in done and (0 if alone else run.seed) in theirs
    ]
    return mean(ours - other for ours, other in pairs) if pairs else None


def _psnr(run: Run, done: Found) -> float:
    return float(done[run]["scores"][GROUPS[run.group].sets[0]]["psnr"])


def _narrowest(runs: Sequence[Run], done: Found) -> str:
    """Return the sentence about the default width of the trunk, once every run is there."""
    if len(done) < len(runs):
        return "The narrowest trunk is not known before all of these runs are done."
    reference = [run for run in runs if run.reference is None]
    widths: dict[int, float] = {}
    for run in runs:
        if run.reference is not None and run.config.trunk_bits is not None:
            seeds = [other for other in runs if other.network == run.network]
            gap = _gap(seeds, reference, done)
            assert gap is not None  # all are done
            widths[run.config.trunk_bits] = gap
    close = [bits for bits, gap in widths.items() if gap >= -NARROW]
    if not close:
        return f"No width comes within {NARROW} dB of the float trunk."
    return f"The narrowest trunk within {NARROW} dB of the float one: {min(close)} bits."


def _digits(value: float, what: str) -> str:
    return f"{value:.2f}" if what == "psnr" else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return MISSING if value is None else f"{value:+.2f}"
