# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Faults of the hardware around an accelerator, at random moments, and what becomes of the next frame."""
