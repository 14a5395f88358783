// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A streaming C++ function as a process behind the ports of a Verilog module (simulation only).
//
// The function runs in a fiber of its own, called again and again, one call per frame, until it waits
// for a word or for space. The simulator puts words into its input streams, takes words from its
// output streams, and lets it go on each time. A reset drops the fiber wherever it is and empties the
// streams. What the function delivers is exact, the clock cycles in which it does so mean nothing.
#ifndef BBCU_SHIM_H
#define BBCU_SHIM_H

#include <svdpi.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bbcu/fiber.h"

namespace bbcu {
namespace shim {

// The simulator's view of a stream: words as arrays of 32 bits, lowest first.
class Port {
 public:
  virtual ~Port() = default;
  virtual void clear() = 0;
  virtual bool has_space() const = 0;
  virtual bool has_word() const = 0;
  virtual void put(const svBitVecVal *word) = 0;
  virtual void get(svBitVecVal *word) = 0;
};

// One instance of a generated module; the generated class adds the ports and the call.
class Node {
 public:
  virtual ~Node() = default;

  void reset();
  void put(unsigned port, const svBitVecVal *word);
  bool has_space(unsigned port) const { return inputs_.at(port)->has_space(); }
  bool get(unsigned port, svBitVecVal *word);

 protected:
  void add_input(Port &port) { inputs_.push_back(&port); }
  void add_output(Port &port) { outputs_.push_back(&port); }
  virtual void frame() = 0;

 private:
  std::vector<Port *> inputs_, outputs_;
  std::unique_ptr<pc::Fiber> process_;

  void go_on();
};

using Factory = std::function<std::unique_ptr<Node>()>;

void register_factory(const std::string &name, Factory factory);

// Makes a generated class known under the name of its module; returns true.
template <typename NodeType>
bool register_node(const std::string &name) {
  register_factory(name, [] { return std::unique_ptr<Node>(new NodeType); });
  return true;
}

}  // namespace shim
}  // namespace bbcu

#endif
