# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Design-space exploration: what frame rate costs, over folding and network size."""

from bbcu_fpga.explore.points import Point
from bbcu_fpga.explore.run import Exploration, explore

__all__ = ["Exploration", "Point", "explore"]
