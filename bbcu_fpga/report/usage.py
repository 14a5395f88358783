# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How much of the device is used, by everything in the build that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from bbcu_fpga.report.found import Found
from bbcu_fpga.synth.open_tools.nextpnr import Timing

LUT_PLACES = "LUT places"
"""What nextpnr counts: the two outputs of each LUT, some of them taken by routing."""


class Usage(BaseModel):
    """`used` of `available` places of one resource; `source` and `scope` say who counted what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    resource: str
    used: int
    available: int
    source: str
    scope: str


def usage(estimates: Sequence[Mapping[str, int]], found: Found, device: Mapping[str, int]) -> list[Usage]:
    """Return one row for each resource of each source, grouped by resource in the order of the device.

    Args:
        estimates: resources of every layer; a resource that one of them lacks has no sum.
        found: what the tools reported.
        device: what the board's device has.
    """
    counted = [
        (source, scope, resources)
        for source, scope, resources in _counts(estimates, found)
        if resources is not None
    ]
    places = {**device, LUT_PLACES: 2 * device["LUT"]}
    return [
        Usage(resource=name, used=resources[name], available=places[name], source=source, scope=scope)
        for name in ("LUT", LUT_PLACES, *(name for name in device if name != "LUT"))
        for source, scope, resources in counted
        if name in resources
    ]


def _counts(
    estimates: Sequence[Mapping[str, int]], found: Found
) -> list[tuple[str, str, Mapping[str, int] | None]]:
    """Return source, scope and resources of every count there may be."""
    synthesis = found.synthesis
    alone = synthesis.accelerator if synthesis else None
    shelled = synthesis.device if synthesis else None
    timing = synthesis.timing if synthesis else None
    return [
        ("estimate", "sum of the layers", _sum(estimates)),
        ("yosys", "accelerator, before packing", alone.resources if alone else None),
        ("yosys", "with its shell, before packing", shelled.resources if shelled else None),
        ("nextpnr", "with its shell, placed and routed", _placed(timing) if timing else None),
        ("vivado", "with FINN's shell, placed and routed", found.vivado.resources if found.vivado else None),
    ]


def _sum(estimates: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for layer in estimates for name in layer)
    return {
        name: sum(layer[name] for layer in estimates)
        for name in names
        if all(name in layer for layer in estimates)
    }


def _placed(timing: Timing) -> dict[str, int]:
    """Return nextpnr's counts by our names; its `LUT` are places, `LUT6` are LUTs where it says so."""
    used = timing.used
    luts = {"LUT": used["LUT6"]} if "LUT6" in used else {LUT_PLACES: used["LUT"]}
    return {**luts, "FF": used["FF"], "BRAM18": 2 * used["RAMB36"] + used["RAMB18"], "DSP": used["DSP"]}
