# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Simulation of the RTL with cocotb and Verilator, compared word by word with the reference."""
