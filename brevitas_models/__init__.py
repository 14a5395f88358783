# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""BBCU networks in Brevitas: quantizers, training, shipped checkpoints, evaluation, export to QONNX."""
