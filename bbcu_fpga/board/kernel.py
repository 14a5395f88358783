# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Runs on the simulated board: the kernel of a notebook, as the board's Jupyter starts it."""

from ipykernel.kernelapp import launch_new_instance

launch_new_instance()
