# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Bad and unlucky input to the whole program: one registry of cases, which tests run and a table counts.

A case is refused with one readable line that names what is wrong, or it is taken and then exact.
"""
