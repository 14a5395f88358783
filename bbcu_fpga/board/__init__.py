# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From a build to a board: the folder to copy there, and a simulated PYNQ-Z2 that runs it."""
