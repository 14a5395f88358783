# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""BBCU networks in Brevitas: quantizers, units, training, shipped checkpoints, evaluation and export to QONNX."""
