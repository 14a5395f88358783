// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// The C side of bbcu_fpga.sim.finn_xsi.design: one Verilated design behind seven functions.
// ports.h, the only generated part, lists the top module's ports. Python reads and writes them in
// place; Verilator keeps a value in the lowest bytes of its storage and wants unused bits zero.
#include <string>
#include <vector>

#include "simulation.h"
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

struct Simulation : BaseSimulation {
  std::vector<PortDescription> ports;
#if VM_TRACE_VCD
  std::unique_ptr<VerilatedVcdC> trace;
#endif
};

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
