# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The tasks, by name. Another level (a sigma of 40, say) is one call: `denoising(40)`."""

from bbcu_fpga.errors import TaskError
from brevitas_models.tasks.denoising import denoising
from brevitas_models.tasks.deraining import DERAINING
from brevitas_models.tasks.jpeg import jpeg
from brevitas_models.tasks.low_light import LOW_LIGHT
from brevitas_models.tasks.super_resolution import super_resolution
from brevitas_models.tasks.task import Pair, Source, Task

__all__ = ["TASKS", "Pair", "Source", "Task", "denoising", "find_task", "jpeg", "super_resolution"]

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        *(super_resolution(scale, channels) for channels in (3, 1) for scale in (2, 3, 4)),
        *(denoising(sigma, channels) for channels in (3, 1) for sigma in (15, 25, 35, 50, 75)),
        *(jpeg(quality) for quality in (10, 20, 30, 40)),
        DERAINING,
        LOW_LIGHT,
    )
}


def find_task(name: str) -> Task:
    """Return the task of this name.

    Raises:
        TaskError: there is none; names those there are.
    """
    if name not in TASKS:
        raise TaskError(f"task {name!r} is unknown; choose from {', '.join(TASKS)}")
    return TASKS[name]
