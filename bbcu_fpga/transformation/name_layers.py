# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Give every convolution the stable name by which configs and reports know its layer."""

from __future__ import annotations

import json
import re

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

METADATA_KEY = "bbcu_fpga.layers"


class NameLayers(Transformation):
    """Name the n-th convolution after the n-th entry of the model's metadata, or ``conv_n`` without it.

    The exporter records the module names (``body_0`` ...); they become identifiers of the generated hardware.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rename the convolutions; changes nothing else."""
        convolutions = model.get_nodes_by_op_type("Conv")
        recorded = json.loads(model.get_metadata_prop(METADATA_KEY) or "[]")
        names = (
            recorded
            if len(recorded) == len(convolutions)
            else [f"conv_{i}" for i in range(len(convolutions))]
        )
        for node, name in zip(convolutions, names, strict=True):
            node.name = re.sub(r"\W+", "_", str(name))
        return model, False
