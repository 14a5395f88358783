# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Long runs: many frames through one simulated accelerator, many builds in one process."""
