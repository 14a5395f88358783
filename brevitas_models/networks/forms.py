# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The forms of a configuration, and the widths that presets share."""

from dataclasses import replace
from typing import Any

from brevitas_models.networks.config import NetworkConfig
from brevitas_models.units import FULL_PRECISION

# images in 0..1: +-2 in steps of a 16th of a pixel, of which 8-bit convolutions read whole pixels
UNALIGNED: dict[str, Any] = {"trunk_bits": 14, "trunk_step": 2.0**-12, "wide_bits": 10}
WIDE: dict[str, Any] = {"wide_bits": 10}  # keeps the sums of 64 channels below 2^24


def twin(config: NetworkConfig) -> NetworkConfig:
    """Return the full-precision network of the same size, with floats throughout."""
    return replace(config, unit=FULL_PRECISION, trunk_bits=None)


def research(config: NetworkConfig) -> NetworkConfig:
    """Return the same network with the papers' float trunk, which is not exported."""
    return replace(config, trunk_bits=None)
