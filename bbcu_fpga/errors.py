# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The typed errors of the project.

A message is one readable line: it names the file, node or value at fault and says what to do about it. The
command line prints it as it is and ends with status 1; anything else raised is a defect of the project.
"""

from __future__ import annotations

# the runtime is copied to boards, where the rest of this package is not
from bbcu_fpga.runtime.errors import BbcuFpgaError as BbcuFpgaError
from bbcu_fpga.runtime.errors import BoardError as BoardError
from bbcu_fpga.runtime.errors import ImageError as ImageError


class ConfigError(BbcuFpgaError):
    """A build configuration is unreadable or wrong; one line per problem."""


class CheckpointError(BbcuFpgaError):
    """A checkpoint is missing, damaged, not ours, or of another architecture."""


class ModelError(BbcuFpgaError):
    """A network graph is not one this compiler can take (structure, scales, shapes)."""


class UnsupportedOperatorError(ModelError):
    """A graph holds an operator without hardware; names node, operator and what is supported."""


class ExactnessError(BbcuFpgaError):
    """Two representations that must agree in every integer do not; names where, and the values."""


class FoldingError(BbcuFpgaError):
    """PE or SIMD do not fit a layer; names the layer and the values that would."""


class BuildError(BbcuFpgaError):
    """A build folder is absent, incomplete or stale, or a build step cannot be carried out."""


class VendorToolError(BuildError):
    """A vendor tool failed or did not write what it was asked for; ends with the last lines of its log."""


class SimulationError(BbcuFpgaError):
    """A simulation could not be run or ended without the expected outputs."""


class DeadlockError(SimulationError):
    """A simulation made no progress; names the full FIFOs and the waiting ports."""


class MissingToolError(BbcuFpgaError):
    """A program this step needs is not installed; says how to get it."""


class DataError(BbcuFpgaError):
    """A folder of pictures cannot be trained on or measured with; names the folder or file and the reason."""


class LeakError(DataError):
    """A picture is in the training set and in the test set; names both files."""


class TaskError(BbcuFpgaError):
    """A task is unknown, or does not fit the network or the pictures; names what there is."""


class TrainingError(BbcuFpgaError):
    """A training cannot start with these settings, or cannot go on; names the setting or the step."""
