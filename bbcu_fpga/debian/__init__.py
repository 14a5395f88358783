# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Debian's packages in private folders, for programs that neither PyPI nor this system has."""

from bbcu_fpga.debian.apt import KEYRING, Apt, run
from bbcu_fpga.debian.unpack import unpack

__all__ = ["KEYRING", "Apt", "run", "unpack"]
