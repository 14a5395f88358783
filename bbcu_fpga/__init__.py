# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From a 1-bit image-restoration network to bit-exact streaming dataflow IP."""

__version__ = "0.1.0"
