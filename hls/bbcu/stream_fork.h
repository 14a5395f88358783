// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Copies a stream to two. Cycles per frame: WORDS, II = 1.
//
// A word goes to out0 first, and no further word is taken before out1 has it too: neither output is
// ahead of the other by more than its stream holds and one word. Where the branches meet again, the
// stream of the faster one must hold what the slower one takes before it gives, or both stop.
#ifndef BBCU_STREAM_FORK_H
#define BBCU_STREAM_FORK_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned WIDTH, unsigned WORDS>
void stream_fork(hls::stream<ap_uint<WIDTH>> &in0, hls::stream<ap_uint<WIDTH>> &out0,
                 hls::stream<ap_uint<WIDTH>> &out1) {
#pragma HLS INLINE
  static_assert(WIDTH <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE before the fork");

Words:
  for (unsigned index = 0; index < WORDS; ++index) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<WIDTH> word = in0.read();
    out0.write(word);
    out1.write(word);
  }
}

}  // namespace bbcu

#endif
