// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One bit per channel: 1 if the value is at least the channel's threshold, else 0.
//
// in0:  CHANNELS / PE beats per pixel of PE values; out0: as many beats of PE bits.
// thresholds[fold][pe]: channel fold * PE + pe. Input is ap_int<N> or ap_uint<N>, Bound ap_int<N>.
// Cycles per frame: PIXELS * CHANNELS / PE, II = 1.
#ifndef BBCU_THRESHOLD_H
#define BBCU_THRESHOLD_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/number.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned PE, unsigned CHANNELS, unsigned PIXELS, typename Input, typename Bound>
void threshold(hls::stream<ap_uint<PE * Input::width>> &in0, hls::stream<ap_uint<PE>> &out0,
               const Bound (&thresholds)[CHANNELS / PE][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=thresholds complete dim=2
  static_assert(CHANNELS % PE == 0, "PE must divide CHANNELS: choose another PE");
  static_assert(PE * Input::width <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE");

  constexpr unsigned FOLDS = CHANNELS / PE;
  detail::Counter<FOLDS> fold = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * FOLDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * Input::width> values = in0.read();
    ap_uint<PE> bits = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const bool reached = detail::number(detail::get_lane<Input>(values, pe))
                           >= detail::number(thresholds[fold][pe]);
      bits[pe] = reached;
    }
    out0.write(bits);
    detail::step<FOLDS>(fold);
  }
}

}  // namespace bbcu

#endif
