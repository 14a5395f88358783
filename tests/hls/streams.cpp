// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What the streams and fibers of a PC promise, and how they end when misused. Argument: a scenario.
#include <bbcu/dataflow.h>

#include <cstdio>
#include <string>

using Word = ap_uint<100>;

void produce(hls::stream<Word> &out, unsigned words) {
  for (unsigned i = 0; i < words; ++i) out.write(i);
}

void consume(hls::stream<Word> &in, unsigned words) {
  for (unsigned i = 0; i < words; ++i) {
    if (in.read() != i) bbcu::pc::fail(1, "another order");
  }
}

void region(unsigned produced, unsigned consumed) {
  BBCU_REGION();
  BBCU_STREAM(Word, between, 3);
  BBCU_RUN(produce(between, produced));
  BBCU_RUN(consume(between, consumed));
  BBCU_WAIT();
}

bool without_waiting() {
  hls::stream<Word> stream("stream", 2);
  Word word = 7;
  if (stream.read_nb(word) || word != 7 || !stream.empty()) return false;
  if (!stream.write_nb(1) || !stream.write_nb(2)) return false;
#ifdef BBCU_BOUNDED
  if (!stream.full() || stream.write_nb(3)) return false;
#endif
  if (stream.size() != 2 || stream.read() != 1) return false;
  return stream.read_nb(word) && word == 2 && stream.empty();
}

#ifdef BBCU_BOUNDED
// A process that is resumed from outside, word by word, and one that is dropped in mid-frame.
bool resumed_from_outside() {
  hls::stream<Word> in("in", 1), out("out", 1);
  bbcu::pc::Fiber fiber([&] {
    for (unsigned i = 0; i < 3; ++i) out.write(in.read() + 1);
  });
  fiber.resume();
  if (fiber.resume() || fiber.finished()) return false;  // nothing changed: it still waits
  for (unsigned i = 0; i < 3; ++i) {
    if (!in.write_nb(i) || !fiber.resume() || !out.full() || out.read() != i + 1) return false;
  }
  fiber.resume();
  bbcu::pc::Fiber dropped([&] { in.read(); });
  return dropped.resume() && !dropped.finished() && fiber.finished() && !fiber.resume();
}
#endif

int main(int, char **argv) {
  const std::string scenario = argv[1];
  if (scenario == "equal") region(20, 20);
  if (scenario == "missing") region(19, 20);
  if (scenario == "left") region(20, 19);
  if (scenario == "empty") hls::stream<Word>("outside").read();
  if (scenario == "without_waiting" && !without_waiting()) return 1;
#ifdef BBCU_BOUNDED
  if (scenario == "resumed" && !resumed_from_outside()) return 1;
  if (scenario == "full") produce(*new hls::stream<Word>("outside", 2), 3);
#endif
  std::puts("ended");
  return 0;
}
