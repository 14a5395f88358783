// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How a C++ simulation ends when it cannot go on: a message and an exit status.
#ifndef BBCU_PC_FAIL_H
#define BBCU_PC_FAIL_H

#include <cstdio>
#include <cstdlib>
#include <string>

namespace bbcu {
namespace pc {

constexpr int EXIT_DEADLOCK = 3;  // every process waits for a stream
constexpr int EXIT_STREAM = 4;    // a stream was used against its contract

// Prints the message and ends the program without running destructors: streams may hold words.
[[noreturn]] inline void fail(int status, const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s\n", message.c_str());
  std::fflush(stderr);
  std::_Exit(status);
}

}  // namespace pc
}  // namespace bbcu

#endif
