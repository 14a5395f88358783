# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What is left by a run, for comparisons."""

import numpy as np

from brevitas_models.checkpoint import load
from brevitas_models.networks import BBCUConfig
from brevitas_models.training import read_logs

IRNET = BBCUConfig(
    channels=4, body_convs=1, unit="irnet", binary_parts="B", trunk_bits=14, trunk_step=2.0**-12, wide_bits=10
)


class StoppedError(Exception):
    """Raised in the middle of a run."""


def weights(path):
    return load(path)[0].state_dict()


def assert_equal_weights(first, second):
    assert set(first) == set(second)
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name], err_msg=name)


def logged(config, column):
    """Return the logged values of a column in the order of the steps."""
    values = read_logs(config.output / "logs")[column]
    return [values[step] for step in sorted(values)]


def stop_at(monkeypatch, module, step):
    """Make a run stop as if it were killed before a step; return what undoes it."""
    original = module.training_step

    def stopping(self, batch, batch_idx):
        if self.global_step == step:
            raise StoppedError
        return original(self, batch, batch_idx)

    monkeypatch.setattr(module, "training_step", stopping)
    return lambda: monkeypatch.setattr(module, "training_step", original)
