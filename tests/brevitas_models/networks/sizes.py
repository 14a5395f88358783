# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""One small network per family and unit: what the tests of networks and exports share."""

from dataclasses import replace

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

MEDIUM = BBCUConfig(channels=4, body_convs=2, trunk_bits=11)
UNALIGNED = {"trunk_bits": 12, "trunk_step": 2.0**-10}
COARSE = {"trunk_bits": 12, "trunk_step": 1.0}

SMALL: dict[str, NetworkConfig] = {
    "bbcu_m_x2": MEDIUM,
    "bbcu_m_x3": replace(MEDIUM, scale=3),
    "bbcu_m_x4": replace(MEDIUM, scale=4),
    "bbcu_l_x2": replace(MEDIUM, binary_parts="B"),
    "bbcu_l_x4": replace(MEDIUM, binary_parts="B", scale=4),
    "bbcu_all_x2": replace(MEDIUM, binary_parts="HBUT"),
    "bbcu_v1": replace(MEDIUM, unit="bbcu_v1", **UNALIGNED),
    "bbcu_v2": replace(MEDIUM, unit="bbcu_v2", **UNALIGNED),
    "bbcu_v3": replace(MEDIUM, unit="bbcu_v3"),
    "bnn": replace(MEDIUM, unit="bnn", binary_parts="B", **UNALIGNED),
    "bireal": replace(MEDIUM, unit="bireal", binary_parts="B", **UNALIGNED),
    "irnet": replace(MEDIUM, unit="irnet", binary_parts="B", **UNALIGNED),
    "reactnet": replace(MEDIUM, unit="reactnet", binary_parts="B", **UNALIGNED),
    "e2fif": replace(MEDIUM, unit="e2fif", binary_parts="B"),
    "gam": replace(MEDIUM, unit="gam", binary_parts="B"),
    "wide_bits": replace(MEDIUM, binary_parts="B", wide_bits=8),
    "dncnn": DnCNNConfig(channels=4, convs=4, trunk_bits=11),
    "dncnn3": DnCNNConfig(channels=4, convs=4, colours=1, bias=True, trunk_bits=11),
    "edsr_x2": EDSRConfig(channels=4, blocks=1),
    "edsr_x3": EDSRConfig(channels=4, blocks=1, scale=3),
    "edsr_repeat_x4": EDSRConfig(channels=4, blocks=1, scale=4, tail="repeat"),
    "rcan_plain": RCANConfig(channels=4, groups=1, blocks=1, attention=False),
    "rdn": RDNConfig(channels=4, blocks=2, convs=2),
    "gam_srresnet": GAMSRResNetConfig(channels=4, blocks=1, scale=2, trunk_bits=9, trunk_step=8.0),
    "ffdnet": FFDNetConfig(channels=4, convs=4, **COARSE),
    "prn": PRNConfig(channels=4, iterations=2, depth=1, **COARSE),
    "zero_dce": ZeroDCEConfig(channels=4, iterations=1),
}
# these have no streaming form
REFUSED: dict[str, tuple[NetworkConfig, str]] = {
    "rcan": (RCANConfig(channels=4, groups=1, blocks=1), "attention: .* mean of the whole frame"),
    "instance": (PRNConfig(channels=4, norm="instance"), "norm: .* mean of the whole frame"),
    "research": (replace(MEDIUM, trunk_bits=None), "trunk is float"),
}
