# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Mutation testing: one small change at a time in what the exactness rests on, which a test must notice."""
