# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Simulation of RTL, and of C++ in its place, with cocotb and Verilator, compared word by word."""
