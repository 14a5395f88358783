# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The networks of the three papers: one configuration each, full-precision twins, presets."""

from brevitas_models.networks.bbcu import BBCU, BBCUConfig, DnCNN, DnCNNConfig
from brevitas_models.networks.config import NetworkConfig, RestorationNetwork
from brevitas_models.networks.e2fif import EDSR, EDSRConfig
from brevitas_models.networks.families import FAMILIES, build, config_from, config_to
from brevitas_models.networks.forms import research, twin
from brevitas_models.networks.gam import FFDNet, FFDNetConfig, GAMSRResNet, GAMSRResNetConfig
from brevitas_models.networks.presets import PRESETS
from brevitas_models.networks.prn import PRN, PRNConfig
from brevitas_models.networks.rcan import RCAN, RCANConfig
from brevitas_models.networks.rdn import RDN, RDNConfig
from brevitas_models.networks.zero_dce import ZeroDCE, ZeroDCEConfig

__all__ = [
    "BBCU",
    "EDSR",
    "FAMILIES",
    "PRESETS",
    "PRN",
    "RCAN",
    "RDN",
    "BBCUConfig",
    "DnCNN",
    "DnCNNConfig",
    "EDSRConfig",
    "FFDNet",
    "FFDNetConfig",
    "GAMSRResNet",
    "GAMSRResNetConfig",
    "NetworkConfig",
    "PRNConfig",
    "RCANConfig",
    "RDNConfig",
    "RestorationNetwork",
    "ZeroDCE",
    "ZeroDCEConfig",
    "build",
    "config_from",
    "config_to",
    "research",
    "twin",
]
