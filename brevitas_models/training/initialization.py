# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Starting from another network's weights, such as those of the full-precision twin."""

from torch import nn

from bbcu_fpga.errors import TrainingError
from brevitas_models.layers import trace
from brevitas_models.networks import RestorationNetwork

PROBE = 16  # pixels on each side: any size shows the order of the convolutions


def initialize(network: RestorationNetwork, source: RestorationNetwork) -> None:
    """Give a network the weights of another one.

    Networks with the same parameters get all of them. Otherwise, as from a full-precision twin, the weights
    of the convolutions are taken in the order of the data. Biases, shifts and normalizations start afresh:
    their scale is not the twin's.

    Raises:
        TrainingError: the convolutions of the two are not the same in number and size.
    """
    found, wanted = source.state_dict(), network.state_dict()
    if {name: value.shape for name, value in found.items()} == {
        name: value.shape for name, value in wanted.items()
    }:
        network.load_state_dict(found)
        return
    theirs, ours = _convolutions(source), _convolutions(network)
    if [conv.weight.shape for conv in theirs] != [conv.weight.shape for conv in ours]:
        raise TrainingError(
            f"the {len(theirs)} convolutions to start from do not fit the network's {len(ours)} in number "
            "and size; start from its full-precision twin or from the same network"
        )
    for given, taken in zip(theirs, ours, strict=True):
        taken.weight.data.copy_(given.weight.data)


def _convolutions(network: RestorationNetwork) -> list[nn.Conv2d]:
    """Return the convolutions in the order of the data, each once."""
    return list(dict.fromkeys(layer.module for layer in trace(network, PROBE, PROBE)))
