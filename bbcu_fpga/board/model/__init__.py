# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A simulated PYNQ-Z2: the real pynq package above, a simulated design below.

It runs in an environment of its own that has pynq, NumPy and nothing of the compiler; so modules in this
folder import one another by relative imports, and nothing else of the project.
"""
