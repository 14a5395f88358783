// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// Included before every source of a simulator: what the design and Verilator's runtime print goes
// to the log file of the running simulation instead of the standard output of the Python process.
#ifndef BBCU_FPGA_MESSAGES_H
#define BBCU_FPGA_MESSAGES_H

int design_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));

#define VL_PRINTF design_printf

#endif
