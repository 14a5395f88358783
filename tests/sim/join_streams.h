// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A frame of seven words: a narrow and a wide stream side by side, and below them the place in the
// frame, which shows whether a frame begins where it should.
#ifndef JOIN_STREAMS_H
#define JOIN_STREAMS_H

#include <ap_int.h>
#include <hls_stream.h>

inline void join_streams(hls::stream<ap_uint<9>> &in0, hls::stream<ap_uint<70>> &in1,
                         hls::stream<ap_uint<82>> &out0) {
  for (unsigned place = 0; place < 7; ++place) {
    ap_uint<82> word = place;
    word.range(11, 3) = in0.read();
    word.range(81, 12) = in1.read();
    out0.write(word);
  }
}

#endif
