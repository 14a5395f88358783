// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The part of a stream without its words, when processes run one after the other: there is always
// space, and a missing word is an error.
#ifndef BBCU_PC_ENDLESS_H
#define BBCU_PC_ENDLESS_H

#include <cstddef>
#include <string>

#include "bbcu/fail.h"

namespace bbcu {
namespace pc {

class Channel {
 public:
  Channel(const char *name, std::size_t) : name_(name) {}

  bool empty() const { return size_ == 0; }
  bool full() const { return false; }
  std::size_t size() const { return size_; }
  const std::string &name() const { return name_; }

 protected:
  std::size_t size_ = 0;

  void wait_for_word() const {
    if (empty()) {
      fail(EXIT_STREAM, "stream " + name_ + ": a process reads more words than were written to it");
    }
  }
  void wait_for_space() const {}

 private:
  std::string name_;
};

}  // namespace pc
}  // namespace bbcu

#endif
