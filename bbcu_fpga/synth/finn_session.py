# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""FINN's settings for the time of a build: everything into one folder, and as before afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import finn.util.settings as finn_settings
from finn.interface.settings import FINNSettings


@contextmanager
def finn_session(folder: Path, finn_deps: Path, release: str, jobs: int) -> Iterator[dict[str, str]]:
    """Let FINN write into `folder`; yields the environment that its scripts read.

    FINN runs in this process alone (one worker), because processes that it starts afresh would not know our
    operators.

    Args:
        folder: an existing folder.
        finn_deps: where FINN's own downloads are.
        release: of Vivado; FINN reads it from the path of the installation.
        jobs: processes that Vivado may start.
    """
    settings = FINNSettings.init(
        # a file that does not exist: otherwise FINN makes a folder in the user's home
        override_settings_path=folder / "settings.yaml",
        flow_config=folder / "flow.yaml",
        auto_set_environment_vars=False,
        finn_build_dir=str(folder),
        finn_deps=str(finn_deps),
        num_default_workers=jobs,
    )
    scripts = {
        "FINN_RTLLIB": str(settings.finn_rtllib),
        "FINN_CUSTOM_HLS": str(settings.finn_custom_hls),
        "FINN_BUILD_DIR": str(folder),
        "FINN_DEPS": str(finn_deps),
    }
    changes = {**scripts, "NUM_DEFAULT_WORKERS": "1", "XILINX_VIVADO": f"/Vivado/{release}"}
    before = {name: os.environ.get(name) for name in changes}
    settings_before = finn_settings._SETTINGS
    os.environ.update(changes)
    finn_settings._SETTINGS = settings
    try:
        yield scripts
    finally:
        finn_settings._SETTINGS = settings_before
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
