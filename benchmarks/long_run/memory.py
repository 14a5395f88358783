# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""How much memory a process has."""

from __future__ import annotations

import re
from pathlib import Path


def resident_kib() -> int:
    """Return the resident memory of this process in KiB, as Linux counts it."""
    status = Path("/proc/self/status").read_text()
    match = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)
    assert match is not None, "every process has a line VmRSS"
    return int(match[1])
