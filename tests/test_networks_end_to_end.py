# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The networks of the papers, with random weights: PyTorch = QONNX = hardware graph = HLS C++ = RTL."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga.errors import UnsupportedOperatorError
from bbcu_fpga.transformation.check_operators import check_supported
from brevitas_models.export import export_network
from brevitas_models.networks import (
    BBCUConfig,
    DnCNNConfig,
    EDSRConfig,
    FFDNetConfig,
    GAMSRResNetConfig,
    NetworkConfig,
    PRNConfig,
    RCANConfig,
    RDNConfig,
    ZeroDCEConfig,
)
from tests.brevitas_models.samples import random_network
from tests.networks_chain import HEIGHT, WIDTH, check_engines, compile_network

_SMALL = BBCUConfig(channels=4, body_convs=2, trunk_bits=11)
# images in 0..1: a trunk of +-2 with small steps, of which 8-bit convolutions read the upper bits
_UNALIGNED = replace(
    _SMALL, unit="bireal", binary_parts="B", trunk_bits=14, trunk_step=2.0**-12, wide_bits=10
)
_EDSR = EDSRConfig(channels=4, blocks=1, colours=3)

NETWORKS: dict[str, NetworkConfig] = {
    "bbcu_l": replace(_SMALL, binary_parts="B"),
    "bbcu_m": _SMALL,
    "bbcu_m_wide_bits": replace(_SMALL, wide_bits=8),
    "bbcu_head": replace(_SMALL, binary_parts="HB"),
    "bbcu_tail": replace(_SMALL, binary_parts="BT"),
    "bbcu_all": replace(_SMALL, binary_parts="HBUT", wide_bits=8),
    "bbcu_l_x3": replace(_SMALL, binary_parts="B", scale=3),
    "bbcu_m_x3": replace(_SMALL, scale=3),
    "bbcu_l_x4": replace(_SMALL, binary_parts="B", scale=4),
    "bbcu_all_x4": replace(_SMALL, binary_parts="HBUT", wide_bits=8, scale=4),
    "bbcu_v1": replace(_UNALIGNED, unit="bbcu_v1"),
    "bbcu_v2": replace(_UNALIGNED, unit="bbcu_v2"),
    "bbcu_v3": replace(_SMALL, unit="bbcu_v3", binary_parts="B"),
    "bireal": _UNALIGNED,
    "bnn": replace(_UNALIGNED, unit="bnn"),
    "irnet": replace(_UNALIGNED, unit="irnet"),
    "reactnet": replace(_UNALIGNED, unit="reactnet"),
    "gam_bbcu_l": replace(_SMALL, unit="gam", binary_parts="B", trunk_bits=14, wide_bits=8),
    "e2fif_srresnet": replace(_SMALL, unit="e2fif", binary_parts="B", wide_bits=8),
    "dncnn": DnCNNConfig(channels=4, convs=4),
    "dncnn3": DnCNNConfig(channels=4, convs=3, colours=1, bias=True),
    "bbcu_all_y": replace(_SMALL, binary_parts="HBUT", wide_bits=8, colours=1),
    "e2fif_edsr_y_x3": replace(_EDSR, colours=1, scale=3),
    "e2fif_edsr": _EDSR,
    "e2fif_edsr_repeat": replace(_EDSR, tail="repeat"),
    "e2fif_rcan_plain": RCANConfig(channels=4, groups=2, blocks=1, attention=False, colours=3),
    "e2fif_rdn": RDNConfig(channels=4, blocks=2, convs=2, colours=3),
    "gam_srresnet": GAMSRResNetConfig(channels=4, blocks=2, scale=2, kernel=3, trunk_bits=9, trunk_step=8.0),
    "gam_ffdnet": FFDNetConfig(channels=4, convs=4, trunk_bits=12, trunk_step=1.0),
    "gam_prn": PRNConfig(channels=4, iterations=2, depth=1, trunk_bits=12, trunk_step=1.0),
    "gam_zero_dce": ZeroDCEConfig(channels=4, iterations=2),
}
# whole blocks of 2x2, an odd number of them; a small frame for a hundred nodes
SIZES = {"gam_ffdnet": (10, 14), "gam_zero_dce": (5, 7)}
# between them they need every pass
FAST = ("bbcu_all", "bbcu_l_x3", "bbcu_l_x4", "bnn", "dncnn3", "e2fif_rdn")
FAST += ("gam_srresnet", "gam_ffdnet", "gam_prn", "gam_zero_dce")
# the other rows repeat, in these engines, what these have
ENGINES = tuple(
    name for name in NETWORKS if name not in ("bbcu_m_wide_bits", "bbcu_head", "bbcu_tail", "bbcu_m_x3")
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in FAST else pytest.mark.slow) for name in NETWORKS]
)
def test_every_pass_keeps_the_integers_of_pytorch(name: str, tmp_path: Path) -> None:
    compile_network(NETWORKS[name], tmp_path, *SIZES.get(name, (HEIGHT, WIDTH)))


@pytest.mark.slow
def test_a_frame_that_is_not_made_of_blocks_is_refused(tmp_path: Path) -> None:
    network = random_network(NETWORKS["gam_ffdnet"])
    odd = ModelWrapper(str(export_network(network, tmp_path / "network.onnx", HEIGHT, WIDTH, {})))
    with pytest.raises(
        UnsupportedOperatorError, match=rf"frame of {HEIGHT}x{WIDTH} .* choose an even height"
    ):
        check_supported(odd)


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGINES)
def test_rtl_and_hls_cpp_equal_pytorch(name: str, tmp_path: Path) -> None:
    check_engines(NETWORKS[name], tmp_path, *SIZES.get(name, (HEIGHT, WIDTH)))
