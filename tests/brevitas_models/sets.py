# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The published image sets, which are not part of the project: BBCU_DATA names the folder that has them."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("BBCU_DATA", ""))

needs_sets = pytest.mark.skipif(
    "BBCU_DATA" not in os.environ, reason="BBCU_DATA names no folder of image sets (see docs/data.md)"
)
