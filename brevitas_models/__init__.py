# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Networks of BBCU, E2FIF and GAM in Brevitas: training, shipped checkpoints, evaluation, export to QONNX."""
