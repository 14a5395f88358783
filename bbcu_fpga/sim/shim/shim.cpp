// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The functions that shim_input.sv, shim_output.sv and the generated modules call.

#include "shim.h"

#include <cstdio>
#include <cstdlib>
#include <map>

namespace bbcu {
namespace shim {
namespace {

// in functions, because generated files use them before main() begins
std::map<std::string, Factory> &factories() {
  static std::map<std::string, Factory> by_name;
  return by_name;
}

std::vector<std::unique_ptr<Node>> &nodes() {
  static std::vector<std::unique_ptr<Node>> instances;
  return instances;
}

}  // namespace

void register_factory(const std::string &name, Factory factory) { factories()[name] = factory; }

void Node::reset() {
  process_.reset();
  for (Port *port : inputs_) port->clear();
  for (Port *port : outputs_) port->clear();
}

void Node::put(unsigned port, const svBitVecVal *word) {
  inputs_.at(port)->put(word);
  go_on();
}

bool Node::get(unsigned port, svBitVecVal *word) {
  if (!outputs_.at(port)->has_word()) return false;
  outputs_.at(port)->get(word);
  go_on();
  return true;
}

void Node::go_on() {
  if (!process_) {
    process_.reset(new pc::Fiber([this] {
      for (;;) frame();
    }));
  }
  process_->resume();
}

}  // namespace shim
}  // namespace bbcu

extern "C" {

int bbcu_shim_create(const char *name) {
  const auto factory = bbcu::shim::factories().find(name);
  if (factory == bbcu::shim::factories().end()) {
    std::fprintf(stderr, "%%Error: no C++ function is compiled for the module %s\n", name);
    std::abort();
  }
  bbcu::shim::nodes().push_back(factory->second());
  return static_cast<int>(bbcu::shim::nodes().size()) - 1;
}

void bbcu_shim_reset(int node) { bbcu::shim::nodes().at(node)->reset(); }

void bbcu_shim_put(int node, int port, const svBitVecVal *word) {
  bbcu::shim::nodes().at(node)->put(port, word);
}

svBit bbcu_shim_has_space(int node, int port) {
  return bbcu::shim::nodes().at(node)->has_space(port);
}

svBit bbcu_shim_get(int node, int port, svBitVecVal *word) {
  return bbcu::shim::nodes().at(node)->get(port, word);
}

}  // extern "C"
