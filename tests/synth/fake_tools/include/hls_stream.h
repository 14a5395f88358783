// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
// Only its name is of interest: a header of Vitis HLS.
