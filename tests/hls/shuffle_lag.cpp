// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A shuffle or unshuffle beside a stream of depth SKIP_DEPTH: what its lag needs, and no more.
#include <bbcu/dataflow.h>
#include <bbcu/pixel_shuffle.h>
#include <bbcu/pixel_unshuffle.h>
#include <bbcu/stream_fork.h>

#include <cstdio>

constexpr unsigned HEIGHT = 6, WIDTH = 8, WORDS = HEIGHT * WIDTH;  // of the larger image
using Word = ap_uint<8>;

void join(hls::stream<Word> &shuffled, hls::stream<Word> &skip, hls::stream<Word> &out) {
  for (unsigned i = 0; i < WORDS; ++i) {
    const Word word = shuffled.read();
    out.write(word + skip.read());
  }
}

void top(hls::stream<Word> &in0, hls::stream<Word> &out0) {
  BBCU_REGION();
  BBCU_STREAM(Word, branch, 1);
  BBCU_STREAM(Word, skip, SKIP_DEPTH);
  BBCU_STREAM(Word, shuffled, 1);
  BBCU_RUN(bbcu::stream_fork<8, WORDS>(in0, branch, skip));
  BBCU_RUN(bbcu::SHUFFLE(branch, shuffled));
  BBCU_RUN(join(shuffled, skip, out0));
  BBCU_WAIT();
}

int main() {
  hls::stream<Word> in0("in0"), out0("out0");
  for (unsigned i = 0; i < WORDS; ++i) in0.write(i);
  top(in0, out0);
  std::puts("ended");
  return out0.size() == WORDS ? 0 : 1;
}
