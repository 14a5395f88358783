# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""From a build to a bitstream: `configure` writes every script, `run` executes them."""
