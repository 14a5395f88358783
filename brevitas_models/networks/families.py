# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Which configuration makes which network, by the name that a checkpoint stores."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from brevitas_models.networks.bbcu import BBCU, BBCUConfig, DnCNN, DnCNNConfig
from brevitas_models.networks.config import NetworkConfig, RestorationNetwork
from brevitas_models.networks.e2fif import EDSR, EDSRConfig
from brevitas_models.networks.gam import FFDNet, FFDNetConfig, GAMSRResNet, GAMSRResNetConfig
from brevitas_models.networks.prn import PRN, PRNConfig
from brevitas_models.networks.rcan import RCAN, RCANConfig
from brevitas_models.networks.rdn import RDN, RDNConfig
from brevitas_models.networks.zero_dce import ZeroDCE, ZeroDCEConfig

FAMILIES: dict[str, tuple[type[NetworkConfig], type[RestorationNetwork]]] = {
    "bbcu": (BBCUConfig, BBCU),
    "dncnn": (DnCNNConfig, DnCNN),
    "edsr": (EDSRConfig, EDSR),
    "rcan": (RCANConfig, RCAN),
    "rdn": (RDNConfig, RDN),
    "gam_srresnet": (GAMSRResNetConfig, GAMSRResNet),
    "ffdnet": (FFDNetConfig, FFDNet),
    "prn": (PRNConfig, PRN),
    "zero_dce": (ZeroDCEConfig, ZeroDCE),
}
FIRST_FAMILY = "bbcu"  # of configurations written before there were others


def family(config: NetworkConfig) -> str:
    """Return the name of a configuration's family."""
    return next(name for name, (kind, _) in FAMILIES.items() if type(config) is kind)


def build(config: NetworkConfig) -> RestorationNetwork:
    """Return a new, initialized network of a configuration."""
    return FAMILIES[family(config)][1](config)


def config_to(config: NetworkConfig) -> dict[str, Any]:
    """Return a configuration as JSON-compatible data, its family included."""
    return {"family": family(config), **asdict(config)}


def config_from(content: Mapping[str, Any]) -> NetworkConfig:
    """Return the configuration that `config_to` wrote; without a family it is BBCU's.

    Raises:
        KeyError: the family is unknown.
        TypeError: a field is missing or unknown.
        ValueError: a field is out of range.
    """
    fields = dict(content)
    kind, _ = FAMILIES[fields.pop("family", FIRST_FAMILY)]
    return kind(**fields)
