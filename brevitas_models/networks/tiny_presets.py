# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Every method on every backbone at the size of the shipped network `tiny`: what the study compares.

16 channels, and four convolutions in the body where the backbone lets one choose. Super-resolution has binary
convolutions in the body alone, so that the units are compared like with like; `tiny_bbcu_m` is BBCU-M.
"""

from dataclasses import replace
from typing import Any

from brevitas_models.networks.bbcu import BBCUConfig, DnCNNConfig
from brevitas_models.networks.config import NetworkConfig
from brevitas_models.networks.e2fif import EDSRConfig
from brevitas_models.networks.forms import UNALIGNED, twin
from brevitas_models.networks.gam import FFDNetConfig, GAMSRResNetConfig
from brevitas_models.networks.prn import PRNConfig
from brevitas_models.networks.rcan import RCANConfig
from brevitas_models.networks.rdn import RDNConfig
from brevitas_models.networks.zero_dce import ZeroDCEConfig

CHANNELS = 16
CONVS = 4
SCALES = (2, 4)
ALIGNED: dict[str, Any] = {"trunk_bits": 11, "trunk_step": 1 / 32}
# sums without a scale: +-512, of which 8-bit convolutions read the upper eleven bits
SUMS: dict[str, Any] = {"trunk_bits": 14, "trunk_step": 1 / 16, "wide_bits": 11}
WIDE: dict[str, Any] = {"channels": CHANNELS, "wide_bits": 11}
TRUNKS: dict[str, dict[str, Any]] = {
    "bnn": UNALIGNED,
    "bireal": UNALIGNED,
    "irnet": UNALIGNED,
    "reactnet": UNALIGNED,
    "bbcu_v1": UNALIGNED,
    "bbcu_v2": UNALIGNED,
    "bbcu_v3": ALIGNED,
    "bbcu_v4": ALIGNED,
    "e2fif": SUMS,
    "gam": SUMS,
}
DNCNN_UNITS = ("bnn", "bireal", "reactnet", "bbcu_v4")


def _super_resolution(scale: int) -> dict[str, NetworkConfig]:
    size: dict[str, Any] = {"channels": CHANNELS, "body_convs": CONVS, "scale": scale, "binary_parts": "B"}
    presets: dict[str, NetworkConfig] = {
        f"tiny_{unit}_x{scale}": BBCUConfig(**size, unit=unit, **trunk) for unit, trunk in TRUNKS.items()
    }
    presets[f"tiny_bbcu_m_x{scale}"] = BBCUConfig(**{**size, "binary_parts": "BU"}, **ALIGNED)
    presets[f"tiny_srresnet_x{scale}"] = twin(BBCUConfig(**size, **ALIGNED))
    return presets


def _dncnn() -> dict[str, NetworkConfig]:
    presets: dict[str, NetworkConfig] = {}
    for name, sides in (("dncnn", {"colours": 3}), ("dncnn3", {"colours": 1, "bias": True})):
        size: dict[str, Any] = {"channels": CHANNELS, "convs": CONVS + 2, **sides}
        for unit in DNCNN_UNITS:
            presets[f"tiny_{unit}_{name}"] = DnCNNConfig(**size, unit=unit, **TRUNKS[unit])
        presets[f"tiny_{name}"] = twin(DnCNNConfig(**size))
    return presets


def _with_twins() -> dict[str, NetworkConfig]:
    """Networks of one unit alone, by the names of the binary one and of its twin."""
    binary: dict[tuple[str, str], NetworkConfig] = {
        ("tiny_gam_ffdnet", "tiny_ffdnet"): FFDNetConfig(**WIDE, convs=CONVS + 2),
        ("tiny_gam_prn", "tiny_prn"): PRNConfig(**WIDE, iterations=3, depth=2),
        ("tiny_gam_zero_dce", "tiny_zero_dce"): ZeroDCEConfig(channels=CHANNELS),
        ("tiny_gam_srresnet_x4", "tiny_srresnet_norm_x4"): GAMSRResNetConfig(
            **WIDE, blocks=CONVS // 2, kernel=3
        ),
        ("tiny_e2fif_edsr_x2", "tiny_edsr_x2"): EDSRConfig(**WIDE, blocks=CONVS // 2),
        ("tiny_e2fif_rcan_plain_x2", "tiny_rcan_plain_x2"): RCANConfig(
            **WIDE, groups=1, blocks=CONVS // 2, attention=False
        ),
        ("tiny_e2fif_rdn_x2", "tiny_rdn_x2"): RDNConfig(**WIDE, blocks=2, convs=CONVS // 2),
    }
    presets: dict[str, NetworkConfig] = {}
    for (name, full), config in binary.items():
        presets[name] = config
        presets[full] = replace(twin(config), wide_bits=None)
    return presets


TINY_PRESETS: dict[str, NetworkConfig] = {
    name: config
    for presets in (*map(_super_resolution, SCALES), _dncnn(), _with_twins())
    for name, config in presets.items()
}
