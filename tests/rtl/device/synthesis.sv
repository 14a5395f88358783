// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// First in a list of sources, this lets a simulator compile the code that is meant for synthesis.

`define SYNTHESIS
