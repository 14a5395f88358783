# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What runs on a board: it needs Python 3.8, NumPy 1.20, the board's pynq, and nothing else.

The folder is copied to boards as a package of its own, `bbcu_runtime`: modules in it import one another by
relative imports, and nothing of the compiler.
"""

from __future__ import annotations

from .accelerator import Accelerator, Benchmark

__all__ = ["Accelerator", "Benchmark"]
