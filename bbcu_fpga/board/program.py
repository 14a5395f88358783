# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Runs on the simulated board, as it would on a real one: ``PROGRAM DRIVER PICTURE.npy RESULT.npy COUNT``.

The picture is restored COUNT times in one batch; what the hardware counted is written beside the result.
"""

import json
import sys
from pathlib import Path

import numpy as np

# on the board the driver folder is the current one
sys.path.insert(0, sys.argv[1])
from bbcu_runtime import Accelerator

# a simulated frame takes minutes
TIMEOUT_S = 3600.0

driver, picture, result, count = sys.argv[1:]
accelerator = Accelerator(driver, timeout_s=TIMEOUT_S)
restored = accelerator.restore_batch(np.stack([np.load(picture)] * int(count)))
np.save(result, restored)
Path(result).with_suffix(".json").write_text(json.dumps(vars(accelerator.counters)))
