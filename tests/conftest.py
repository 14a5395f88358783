# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What all tests share: one folder of simulators for the session, and no deadlines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.operators.bench import Bench

# a busy machine is slow, which is no reason to fail
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")


@pytest.fixture(scope="session")
def simulator_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the simulators, shared by the workers of a parallel session."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "simulators"


@pytest.fixture
def bench(simulator_root: Path, tmp_path: Path) -> Bench:
    """Return the bench; memory files are found in tmp_path."""
    # imported here: it needs the compiler, which most tests do not
    from tests.operators.bench import Bench

    return Bench(simulator_root, tmp_path)
