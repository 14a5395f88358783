// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Depthwise convolution: per channel the sum over TAPS taps of activation * weight, all channels of
// a tap at once.
//
// in0:  TAPS beats per pixel of CHANNELS activations. With FLAG = 1 both activations and weights
//       are bits (1 = +1, 0 = -1), and the top bit of a beat tells whether its tap is inside the
//       image: a beat whose flag is 0 contributes exactly 0. Else such a tap arrives as 0.
// out0: one beat per pixel of CHANNELS signed accumulators of ACC_BITS bits.
// weights[tap][channel]. Input is ap_int<N> or ap_uint<N>, Weight is ap_int<N>; with FLAG = 1 both
// are ap_uint<1>.
// Cycles per pixel: TAPS, II = 1; PIXELS pixels per frame.
#ifndef BBCU_DEPTHWISE_UNIT_H
#define BBCU_DEPTHWISE_UNIT_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/number.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned CHANNELS, unsigned TAPS, unsigned PIXELS, unsigned FLAG, typename Input,
          typename Weight, unsigned ACC_BITS>
void depthwise_unit(hls::stream<ap_uint<CHANNELS * Input::width + FLAG>> &in0,
                    hls::stream<ap_uint<CHANNELS * ACC_BITS>> &out0,
                    const Weight (&weights)[TAPS][CHANNELS]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=weights complete dim=2
  static_assert(FLAG <= 1, "FLAG must be 0 or 1: a beat has one valid flag or none");
  static_assert(FLAG == 0 || (Input::width == 1 && Weight::width == 1),
                "FLAG marks beats of bits: Input and Weight must be ap_uint<1>");
  static_assert(ACC_BITS <= detail::MAX_NUMBER_BITS,
                "ACC_BITS is above 63: choose fewer input or weight bits");
  static_assert(CHANNELS * ACC_BITS <= detail::MAX_STREAM_BITS
                    && CHANNELS * Input::width + FLAG <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose fewer channels");

  using Accumulator = detail::Signed<ACC_BITS>;
  Accumulator accumulators[CHANNELS];
#pragma HLS ARRAY_PARTITION variable=accumulators complete
  detail::Counter<TAPS> tap = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * TAPS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<CHANNELS * Input::width + FLAG> word = in0.read();
    const bool first = tap == 0, last = tap == TAPS - 1;
    const bool inside = FLAG == 0 || word[CHANNELS * Input::width + FLAG - 1];
    const unsigned index = tap;
    ap_uint<CHANNELS * ACC_BITS> result = 0;
  Channels:
    for (unsigned c = 0; c < CHANNELS; ++c) {
#pragma HLS UNROLL
      const Input lane = detail::get_lane<Input>(word, c);
      const Weight weight = weights[index][c];
      Accumulator sum = first ? Accumulator(0) : accumulators[c];
      if (FLAG == 0) {
        sum += detail::number(lane) * detail::number(weight);
      } else if (inside) {
        sum += lane[0] == weight[0] ? 1 : -1;
      }
      accumulators[c] = sum;
      if (last) detail::set_lane(result, c, ap_int<ACC_BITS>(sum));
    }
    if (last) out0.write(result);
    detail::step<TAPS>(tap);
  }
}

}  // namespace bbcu

#endif
