// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A function with a stack of its own that stops where a stream lets it wait, and goes on later.
//
// resume() runs it until it has to wait for a word or for space in a stream, or until it ends, and
// then returns. Nothing runs at the same time: a program with fibers has one thread. Destroying a
// fiber that has not ended drops its stack; the destructors of what is on it do not run.
// Channel is the part of a stream without its words.
#ifndef BBCU_PC_FIBER_H
#define BBCU_PC_FIBER_H

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "bbcu/fail.h"
#include "bbcu/fiber_switch.h"

namespace bbcu {
namespace pc {

class Channel;

class Fiber {
 public:
  explicit Fiber(std::function<void()> body, std::string name = "process")
      : body_(std::move(body)), name_(std::move(name)), stack_(new char[STACK_BYTES]) {
    getcontext(&own_.context);
    own_.context.uc_stack.ss_sp = stack_.get();
    own_.context.uc_stack.ss_size = STACK_BYTES;
    own_.context.uc_link = nullptr;
    makecontext(&own_.context, &Fiber::start, 0);
  }
  Fiber(const Fiber &) = delete;
  Fiber &operator=(const Fiber &) = delete;

  // Goes on if the stream it waits for allows that; tells whether it did.
  bool resume();
  bool finished() const { return finished_; }
  const std::string &name() const { return name_; }
  // What it waits for, as a sentence.
  std::string waits_for() const;

  // The fiber that runs, or none.
  static Fiber *&running() {
    static Fiber *fiber = nullptr;
    return fiber;
  }

 private:
  friend class Channel;
  // Reserved, not used: pages that a process does not touch cost nothing.
  static constexpr std::size_t STACK_BYTES = std::size_t(16) << 20;

  std::function<void()> body_;
  std::string name_;
  std::unique_ptr<char[]> stack_;
  Context own_, caller_;
  const Channel *channel_ = nullptr;  // waits for it
  bool reads_ = false;                // for a word, else for space
  bool finished_ = false;

  bool can_go_on() const;

  static void start() {
    Fiber &fiber = *running();
    finish_switch(fiber.caller_);
    fiber.body_();
    fiber.finished_ = true;
    leave(fiber.caller_);
  }

  void wait(const Channel &channel, bool reads) {
    channel_ = &channel;
    reads_ = reads;
    switch_context(own_, caller_);
  }
};

class Channel {
 public:
  Channel(const char *name, std::size_t depth) : name_(name), depth_(depth) {}

  bool empty() const { return size_ == 0; }
  bool full() const { return depth_ != 0 && size_ >= depth_; }
  std::size_t size() const { return size_; }
  std::size_t depth() const { return depth_; }
  const std::string &name() const { return name_; }

 protected:
  std::size_t size_ = 0;

  void wait_for_word() const {
    while (empty()) wait(true, "read while it is empty");
  }
  void wait_for_space() const {
    while (full()) wait(false, "written while it is full");
  }

 private:
  std::string name_;
  std::size_t depth_;

  void wait(bool reads, const char *what) const {
    if (Fiber::running() == nullptr) {
      fail(EXIT_STREAM, "stream " + name_ + ": " + what + ", and no process could change that");
    }
    Fiber::running()->wait(*this, reads);
  }
};

inline bool Fiber::can_go_on() const {
  if (finished_) return false;
  return channel_ == nullptr || (reads_ ? !channel_->empty() : !channel_->full());
}

inline bool Fiber::resume() {
  if (!can_go_on()) return false;
  channel_ = nullptr;
  Fiber *const outer = running();
  running() = this;
  switch_context(caller_, own_);
  running() = outer;
  return true;
}

inline std::string Fiber::waits_for() const {
  if (channel_ == nullptr) return finished_ ? "has ended" : "has not begun";
  const std::size_t depth = channel_->depth();
  const std::string most = depth == 0 ? "any number" : std::to_string(depth);
  const std::string fill = " (" + std::to_string(channel_->size()) + " of " + most + " words)";
  return (reads_ ? "waits for a word from " : "waits for space in ") + channel_->name() + fill;
}

}  // namespace pc
}  // namespace bbcu

#endif
