# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The networks of E2FIF and GAM, with random weights: PyTorch = QONNX = hardware graph = HLS C++ = RTL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from brevitas_models.networks import EDSRConfig, GAMSRResNetConfig, NetworkConfig, RCANConfig, RDNConfig
from tests.networks_chain import check_engines, compile_network

EDSR = EDSRConfig(channels=4, blocks=1, colours=3)
NETWORKS: dict[str, NetworkConfig] = {
    "gam_srresnet": GAMSRResNetConfig(channels=4, blocks=2, scale=2, kernel=3, trunk_bits=9, trunk_step=8.0),
    "e2fif_edsr": EDSR,
    "e2fif_edsr_repeat": replace(EDSR, tail="repeat"),
    "e2fif_rcan_plain": RCANConfig(channels=4, groups=2, blocks=1, attention=False, colours=3),
    "e2fif_rdn": RDNConfig(channels=4, blocks=2, convs=2, colours=3),
}
ENGINES = ("gam_srresnet", "e2fif_edsr", "e2fif_rcan_plain", "e2fif_rdn")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_pass_keeps_the_integers_of_pytorch(name: str, tmp_path: Path) -> None:
    compile_network(NETWORKS[name], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINES)
def test_rtl_and_hls_cpp_equal_pytorch(name: str, tmp_path: Path) -> None:
    check_engines(NETWORKS[name], tmp_path)
