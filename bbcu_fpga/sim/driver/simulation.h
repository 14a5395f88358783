// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// What the C++ side of a simulation in a shared library needs; included by the one driver of each.
// Nothing here ends the process: $stop, $fatal, a failed assertion and a missing memory file are
// thrown, caught in guarded() and left in BaseSimulation::error.
#ifndef BBCU_FPGA_SIMULATION_H
#define BBCU_FPGA_SIMULATION_H

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "design.h"
#include "verilated.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

struct BaseSimulation {
  VerilatedContext context;
  std::unique_ptr<design> top;
  std::FILE* log = nullptr;
  std::string last_message;
  std::string error;
};

namespace {

// the simulation whose code runs in this thread: Verilator's hooks below carry no handle
thread_local BaseSimulation* current = nullptr;

[[noreturn]] void fail(const char* file, int line, const std::string& text) {
  // what the design printed just before says why it stops
  const std::string reason = current ? current->last_message : std::string();
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + text +
                           (reason.empty() ? "" : ": " + reason));
}

template <typename Action>
int guarded(BaseSimulation& simulation, Action action) {
  if (!simulation.error.empty()) return 1;
  current = &simulation;
  try {
    action();
    if (simulation.context.gotFinish()) throw std::runtime_error("the design called $finish");
  } catch (const std::exception& exception) {
    simulation.error = exception.what();
  }
  current = nullptr;
  return simulation.error.empty() ? 0 : 1;
}

}  // namespace

int design_printf(const char* format, ...) {
  char text[4096];
  va_list arguments;
  va_start(arguments, format);
  const int length = std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (current) {
    current->last_message = text;
    if (current->log) std::fputs(text, current->log);
  }
  return length;
}

void vl_finish(const char*, int, const char*) { Verilated::threadContextp()->gotFinish(true); }

void vl_stop(const char* file, int line, const char*) { fail(file, line, "stopped"); }

void vl_fatal(const char* file, int line, const char*, const char* text) { fail(file, line, text); }

void vl_warn(const char* file, int line, const char*, const char* text) {
  if (std::string(text).find("file not found") != std::string::npos) fail(file, line, text);
  design_printf("%%Warning: %s:%d: %s\n", file, line, text);
}

#endif
