// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A residual block: a fork, a 3 x 3 line buffer in one branch, a join of the centre tap with the
// other branch, whose stream has depth SKIP_DEPTH.
#include <bbcu/dataflow.h>
#include <bbcu/stream_fork.h>
#include <bbcu/window_generator.h>

#include <cstdio>

constexpr unsigned HEIGHT = 4, WIDTH = 5, PIXELS = HEIGHT * WIDTH;
using Word = ap_uint<8>;

// Adds the centre tap of each window to the word of the other branch.
void join(hls::stream<Word> &windows, hls::stream<Word> &skip, hls::stream<Word> &out) {
  for (unsigned pixel = 0; pixel < PIXELS; ++pixel) {
    Word centre = 0;
    for (unsigned tap = 0; tap < 9; ++tap) {
      const Word word = windows.read();
      if (tap == 4) centre = word;
    }
    out.write(centre + skip.read());
  }
}

void top(hls::stream<Word> &in0, hls::stream<Word> &out0) {
  BBCU_REGION();
  BBCU_STREAM(Word, branch, 2);
  BBCU_STREAM(Word, skip, SKIP_DEPTH);
  BBCU_STREAM(Word, windows, 2);
  BBCU_RUN(bbcu::stream_fork<8, PIXELS>(in0, branch, skip));
  BBCU_RUN(bbcu::window_generator<8, 1, 1, HEIGHT, WIDTH, 3, 0>(branch, windows));
  BBCU_RUN(join(windows, skip, out0));
  BBCU_WAIT();
}

int main() {
  hls::stream<Word> in0("in0"), out0("out0");
  for (unsigned frame = 0; frame < 2; ++frame) {
    for (unsigned pixel = 0; pixel < PIXELS; ++pixel) in0.write(pixel);
    top(in0, out0);
    for (unsigned pixel = 0; pixel < PIXELS; ++pixel) {
      if (out0.read() != 2 * pixel) return 1;
    }
  }
  std::puts("equal");
  return out0.empty() ? 0 : 1;
}
