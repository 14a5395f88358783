# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The study: every method on every task, trained under one equal budget, and the tables of what comes out."""
