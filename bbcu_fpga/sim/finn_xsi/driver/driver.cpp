// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// The C side of bbcu_fpga.sim.finn_xsi.design: one Verilated design behind seven functions.
// ports.h, the only generated part, lists the top module's ports. Python reads and writes them in
// place; Verilator keeps a value in the lowest bytes of its storage and wants unused bits zero.
// Nothing here ends the process: $stop, $fatal, a failed assertion and a missing memory file are
// thrown, caught in guarded() and left in Simulation::error.
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "design.h"
#include "verilated.h"
#if VM_TRACE_VCD
#include "verilated_vcd_c.h"
#endif

struct PortDescription {
  const char* name;
  void* storage;
  uint32_t bytes;
  uint32_t bits;
  uint32_t is_input;
};

namespace {

struct Simulation {
  VerilatedContext context;
  std::unique_ptr<design> top;
  std::vector<PortDescription> ports;
  std::FILE* log = nullptr;
  std::string last_message;
  std::string error;
#if VM_TRACE_VCD
  std::unique_ptr<VerilatedVcdC> trace;
#endif
};

// the simulation whose code runs in this thread: Verilator's hooks below carry no handle
thread_local Simulation* current = nullptr;

[[noreturn]] void fail(const char* file, int line, const std::string& text) {
  // what the design printed just before says why it stops
  const std::string reason = current ? current->last_message : std::string();
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + text +
                           (reason.empty() ? "" : ": " + reason));
}

template <typename Action>
int guarded(Simulation& simulation, Action action) {
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

void step(Simulation& simulation, uint64_t duration) {
  simulation.context.timeInc(duration);
  simulation.top->eval();
#if VM_TRACE_VCD
  if (simulation.trace) simulation.trace->dump(simulation.context.time());
#endif
}

void construct(Simulation& simulation, const char* trace) {
  simulation.context.traceEverOn(trace != nullptr);
  simulation.top = std::make_unique<design>(&simulation.context, "");
  design& top = *simulation.top;
#define PORT(name, member, bits, is_input) \
  simulation.ports.push_back({name, &top.member, sizeof(top.member), bits, is_input});
#include "ports.h"
#undef PORT
#if VM_TRACE_VCD
  if (trace) {
    simulation.trace = std::make_unique<VerilatedVcdC>();
    top.trace(simulation.trace.get(), 99);
    simulation.trace->open(trace);
  }
#endif
  // initial blocks run now, so that a missing memory file is reported when the design is opened
  step(simulation, 0);
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

#define EXPORTED extern "C" __attribute__((visibility("default")))

EXPORTED void* design_open(const char* log, const char* trace) {
  auto* simulation = new Simulation;
  if (log) simulation->log = std::fopen(log, "w");
  guarded(*simulation, [&] { construct(*simulation, trace); });
  return simulation;
}

EXPORTED int design_run(void* handle, uint64_t duration) {
  auto& simulation = *static_cast<Simulation*>(handle);
  return guarded(simulation, [&] { step(simulation, duration); });
}

EXPORTED const char* design_error(void* handle) {
  return static_cast<Simulation*>(handle)->error.c_str();
}

EXPORTED uint64_t design_port_count(void* handle) {
  return static_cast<Simulation*>(handle)->ports.size();
}

EXPORTED const PortDescription* design_port(void* handle, uint64_t index) {
  return &static_cast<Simulation*>(handle)->ports[index];
}

EXPORTED int design_can_trace() {
#if VM_TRACE_VCD
  return 1;
#else
  return 0;
#endif
}

EXPORTED int design_close(void* handle) {
  std::unique_ptr<Simulation> simulation(static_cast<Simulation*>(handle));
  const int status = guarded(*simulation, [&] { simulation->top->final(); });
#if VM_TRACE_VCD
  if (simulation->trace) simulation->trace->close();
#endif
  if (simulation->log) std::fclose(simulation->log);
  return status;
}
