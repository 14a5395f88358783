# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Texts of programs that run on the simulated board, as a user would write them."""

PREAMBLE = """
import json, sys
import numpy as np
sys.path.insert(0, "driver")
from bbcu_runtime import Accelerator, errors
pictures = list(np.load("pictures.npz").values())
accelerator = Accelerator("driver", max_batch=3, timeout_s=600)
"""

# every way to restore: the same pictures, one after another, come out of each
EVERY_WAY = (
    PREAMBLE
    + """
frame, batch, large = pictures
results = {"restore": accelerator.restore(frame), "large": accelerator.restore(large)}
results["batch"] = accelerator.restore_batch(batch)
results["stream"] = np.stack(list(accelerator.stream(iter(batch))))
accelerator.start(frame)
while not accelerator.is_done():
    pass
results["started"] = accelerator.wait()
np.savez("results.npz", **results)
print(json.dumps(vars(accelerator.benchmark(frames=5))))
"""
)

# errors of the memory, and a time-out in the middle of a frame; after each the next frame is right
FAULTS = (
    PREAMBLE
    + """
from pynq import Device
logic = Device.active_device.logic
frame, batch, _ = pictures
caught, results = [], []

def attempt(restore):
    try:
        restore(frame)
    except errors.BoardError as error:
        caught.append(f"{type(error).__name__}: {error}")
    results.append(accelerator.restore(frame))

logic.fail(reads=1)
attempt(accelerator.restore)
logic.fail(writes=2)
attempt(accelerator.restore)
accelerator._engine.timeout_s = 0.0
def hurried(picture):
    try:
        return accelerator.restore_batch(batch)
    finally:
        accelerator._engine.timeout_s = 600
attempt(hurried)
for restored in accelerator.stream(batch):
    break
results.append(accelerator.restore(frame))
np.savez("results.npz", restored=np.stack(results))
print(json.dumps(caught))
"""
)

# what pynq reads from the .hwh, and what it makes of the clock
DESCRIPTION = """
import json, sys
import pynq
from pynq.ps import Clocks
overlay = pynq.Overlay("driver/smallest.bit")
print(json.dumps({
    "version": pynq.__version__,
    "banks": {name: [overlay.ip_dict[name][key] for key in ("phys_addr", "addr_range")]
              for name in overlay.ip_dict if name[-1] == "0" and "processing" not in name},
    "clock": Clocks.fclk0_mhz,
    "clocks": [overlay.clock_dict[0]["divisor0"], overlay.clock_dict[0]["divisor1"]],
    "magic": overlay.status0.register_map.MAGIC[31:0],
}))
"""
