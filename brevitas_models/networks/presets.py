# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Named configurations: the shipped networks and the papers' sizes."""

from dataclasses import replace
from typing import Any

from brevitas_models.networks.bbcu import BBCUConfig, DnCNNConfig
from brevitas_models.networks.config import NetworkConfig
from brevitas_models.networks.e2fif import EDSRConfig
from brevitas_models.networks.forms import UNALIGNED, WIDE, twin
from brevitas_models.networks.gam import FFDNetConfig, GAMSRResNetConfig
from brevitas_models.networks.prn import PRNConfig
from brevitas_models.networks.rcan import RCANConfig
from brevitas_models.networks.rdn import RDNConfig
from brevitas_models.networks.tiny_presets import TINY_PRESETS
from brevitas_models.networks.zero_dce import ZeroDCEConfig

SCALES = (2, 3, 4)
# where eight bits are not tried
FINE: dict[str, Any] = {"trunk_bits": 12, "trunk_step": 1 / 16, **WIDE}
LITE_CHANNELS = 12  # the papers' "Lite": full precision, as many operations as the binary network or more


def _srresnet(scale: int, **fields: Any) -> BBCUConfig:
    return BBCUConfig(**{"channels": 64, "body_convs": 32, "scale": scale, **fields})


def _compared(unit: str, scale: int) -> BBCUConfig:
    return _srresnet(scale, unit=unit, binary_parts="B", **UNALIGNED)


def _bbcu_presets() -> dict[str, NetworkConfig]:
    presets: dict[str, NetworkConfig] = {}
    for scale in SCALES:
        presets[f"bbcu_l_x{scale}"] = _srresnet(scale, binary_parts="B")
        presets[f"bbcu_m_x{scale}"] = _srresnet(scale)
        presets[f"bbcu_all_x{scale}"] = _srresnet(scale, binary_parts="HBUT")
        presets[f"srresnet_x{scale}"] = twin(_srresnet(scale))
        presets[f"srresnet_lite_x{scale}"] = twin(_srresnet(scale, trunk_bits=None, channels=LITE_CHANNELS))
        for unit in ("bbcu_v1", "bbcu_v2", "bnn", "bireal", "irnet", "reactnet"):
            presets[f"{unit}_x{scale}"] = _compared(unit, scale)
        presets[f"bbcu_v3_x{scale}"] = _srresnet(scale, unit="bbcu_v3", binary_parts="B")
        presets[f"e2fif_srresnet_x{scale}"] = _srresnet(scale, unit="e2fif", binary_parts="B", **FINE)
    return presets


def _dncnn_presets() -> dict[str, NetworkConfig]:
    colour = DnCNNConfig(channels=64, convs=20, **FINE)
    luma = replace(colour, colours=1, bias=True)
    presets: dict[str, NetworkConfig] = {}
    for name, config in (("dncnn", colour), ("dncnn3", luma)):
        presets[f"bbcu_{name}"] = config
        presets[name] = twin(config)
        presets[f"{name}_lite"] = replace(twin(config), channels=LITE_CHANNELS)
        for unit in ("bnn", "bireal", "irnet", "reactnet"):
            presets[f"{unit}_{name}"] = replace(config, unit=unit, **UNALIGNED)
    return presets


def _e2fif_presets() -> dict[str, NetworkConfig]:
    presets: dict[str, NetworkConfig] = {}
    for scale in SCALES:
        common: dict[str, Any] = {"channels": 64, "scale": scale, **WIDE}
        presets[f"e2fif_edsr_x{scale}"] = EDSRConfig(**common, blocks=16)
        presets[f"e2fif_edsr_large_x{scale}"] = EDSRConfig(channels=256, blocks=32, scale=scale, wide_bits=8)
        presets[f"e2fif_edsr_repeat_x{scale}"] = EDSRConfig(**common, blocks=16, tail="repeat")
        presets[f"e2fif_rcan_x{scale}"] = RCANConfig(**common, groups=10, blocks=5)
        presets[f"e2fif_rcan_plain_x{scale}"] = RCANConfig(**common, groups=10, blocks=5, attention=False)
        presets[f"e2fif_rdn_x{scale}"] = RDNConfig(**common, blocks=8, convs=8)
    return presets


PRESETS: dict[str, NetworkConfig] = {
    "tiny": BBCUConfig(channels=16, body_convs=4),
    "small": BBCUConfig(channels=32, body_convs=16),
    "small_srresnet_x2": twin(BBCUConfig(channels=32, body_convs=16)),
    # 640x360 to 1280x720 on a PYNQ-Z2; with six blocks nextpnr finds no place for all registers
    "small_e2fif_edsr_x2": EDSRConfig(channels=24, blocks=4, trunk_bits=9, trunk_step=1.0),
    "bbcu_m": _srresnet(2),
    **_bbcu_presets(),
    **_dncnn_presets(),
    **_e2fif_presets(),
    "gam_srresnet_x4": GAMSRResNetConfig(channels=64, blocks=16),
    "gam_srresnet_k3_x4": GAMSRResNetConfig(channels=64, blocks=16, kernel=3, **WIDE),
    "gam_ffdnet": FFDNetConfig(channels=96, convs=12, wide_bits=9),
    "gam_prn": PRNConfig(channels=32, **WIDE),
    "gam_prn_instance": PRNConfig(channels=32, norm="instance", **WIDE),
    "gam_zero_dce": ZeroDCEConfig(),
    "zero_dce": twin(ZeroDCEConfig()),
    **TINY_PRESETS,
}
