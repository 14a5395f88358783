# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Synthesis, place and route and bitstreams without Vivado: yosys, nextpnr and the prjxray database."""

from bbcu_fpga.synth.open_tools.nextpnr import Timing, place_and_route
from bbcu_fpga.synth.open_tools.root import OpenTools
from bbcu_fpga.synth.open_tools.utilization import Utilization
from bbcu_fpga.synth.open_tools.yosys import Design, synthesize

__all__ = ["Design", "OpenTools", "Timing", "Utilization", "place_and_route", "synthesize"]
