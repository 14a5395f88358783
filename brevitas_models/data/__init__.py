# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Training and test data: layouts of folders, pictures in memory, augmented patches, the check for leaks."""

from bbcu_fpga.errors import DataError, LeakError
from brevitas_models.data.layouts import Entry, find_entries, image_files
from brevitas_models.data.leaks import check_leaks
from brevitas_models.data.patches import EpochSampler, PatchData, PatchDataset
from brevitas_models.data.samples import SAMPLE_NAMES, sample_sources
from brevitas_models.data.sources import OnCorrupt, load_pairs, read_sources, training_sources

__all__ = [
    "SAMPLE_NAMES",
    "DataError",
    "Entry",
    "EpochSampler",
    "LeakError",
    "OnCorrupt",
    "PatchData",
    "PatchDataset",
    "check_leaks",
    "find_entries",
    "image_files",
    "load_pairs",
    "read_sources",
    "sample_sources",
    "training_sources",
]
