// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// hls::stream for a PC. It takes the place of the header of Vitis HLS, with two differences.
//
// Without BBCU_BOUNDED a stream is a queue without end, and reading an empty one ends the program
// with the stream's name: processes run one after the other, each on the words of a whole frame.
// With BBCU_BOUNDED a stream holds as many words as it will in hardware, and a process that would
// overfill it or read from it in vain waits (see bbcu/fiber.h), so that a deadlock shows.
#ifndef BBCU_PC_HLS_STREAM_H
#define BBCU_PC_HLS_STREAM_H

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "bbcu/fail.h"
#ifdef BBCU_BOUNDED
#include "bbcu/fiber.h"
#else
#include "bbcu/endless.h"
#endif

namespace hls {

template <typename Word>
class stream : public bbcu::pc::Channel {
 public:
  stream() : stream("stream") {}
  // `depth` words at most in bounded mode; 0: no limit.
  explicit stream(const char *name, std::size_t depth = 0) : Channel(name, depth) {}
  stream(const stream &) = delete;
  stream &operator=(const stream &) = delete;

  Word read() {
    wait_for_word();
    return take();
  }
  void read(Word &word) { word = read(); }
  void operator>>(Word &word) { word = read(); }
  bool read_nb(Word &word) {
    if (empty()) return false;
    word = take();
    return true;
  }

  void write(const Word &word) {
    wait_for_space();
    put(word);
  }
  void operator<<(const Word &word) { write(word); }
  bool write_nb(const Word &word) {
    if (full()) return false;
    put(word);
    return true;
  }

 private:
  // a ring that doubles when it is full; its size is a power of two
  std::vector<Word> ring_ = std::vector<Word>(4);
  std::size_t first_ = 0;

  Word take() {
    const Word word = ring_[first_];
    first_ = (first_ + 1) & (ring_.size() - 1);
    --size_;
    return word;
  }

  void put(const Word &word) {
    if (size_ == ring_.size()) grow();
    ring_[(first_ + size_) & (ring_.size() - 1)] = word;
    ++size_;
  }

  void grow() {
    std::vector<Word> larger(2 * ring_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = ring_[(first_ + i) & (ring_.size() - 1)];
    ring_ = std::move(larger);
    first_ = 0;
  }
};

}  // namespace hls

#endif
