// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The processes of a DATAFLOW region, run as fibers until all have ended or none can go on.
#ifndef BBCU_PC_NETWORK_H
#define BBCU_PC_NETWORK_H

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bbcu/fail.h"
#include "bbcu/fiber.h"

namespace bbcu {
namespace pc {

class Network {
 public:
  void add(std::string call, std::function<void()> body) {
    call.resize(call.find('(') == std::string::npos ? call.size() : call.find('('));
    fibers_.emplace_back(new Fiber(std::move(body), std::move(call)));
  }

  // Runs one frame; at a deadlock the program ends and says what every process waits for.
  void run() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (auto &fiber : fibers_) moved |= fiber->resume();
    }
    for (auto &fiber : fibers_) {
      if (!fiber->finished()) fail(EXIT_DEADLOCK, report());
    }
    fibers_.clear();
  }

 private:
  std::vector<std::unique_ptr<Fiber>> fibers_;

  std::string report() const {
    std::string text = "deadlock: no process can go on";
    for (auto &fiber : fibers_) text += "\n  " + fiber->name() + ": " + fiber->waits_for();
    return text + "\nA full stream beside a longer path is too shallow: make it deeper.";
  }
};

}  // namespace pc
}  // namespace bbcu

#endif
