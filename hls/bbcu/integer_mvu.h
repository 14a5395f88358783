// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Integer matrix-vector unit: for each of MH rows the sum over a vector of activation * weight, PE
// rows at a time.
//
// in0:  MW / SIMD beats per vector of SIMD activations; a tap outside the image arrives as 0.
// out0: MH / PE beats per vector of PE signed accumulators of ACC_BITS bits.
// weights[nf * MW / SIMD + sf][pe][s]: row nf * PE + pe, column sf * SIMD + s.
// Input is ap_int<N> or ap_uint<N>, Weight is ap_int<N>.
// Cycles per vector: (MH / PE) * (MW / SIMD), II = 1; PIXELS vectors per frame. The vector is taken
// while the first PE rows are computed and replayed from memory for the others.
#ifndef BBCU_INTEGER_MVU_H
#define BBCU_INTEGER_MVU_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/number.h>
#include <bbcu/detail/replay.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned PE, unsigned SIMD, unsigned MW, unsigned MH, unsigned PIXELS, typename Input,
          typename Weight, unsigned ACC_BITS>
void integer_mvu(hls::stream<ap_uint<SIMD * Input::width>> &in0,
                 hls::stream<ap_uint<PE * ACC_BITS>> &out0,
                 const Weight (&weights)[(MH / PE) * (MW / SIMD)][PE][SIMD]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=weights complete dim=2
#pragma HLS ARRAY_PARTITION variable=weights complete dim=3
  static_assert(MW % SIMD == 0,
                "SIMD must divide MW (kernel * kernel * channels): choose another SIMD");
  static_assert(ACC_BITS <= detail::MAX_NUMBER_BITS,
                "ACC_BITS is above 63: choose fewer input or weight bits");
  static_assert(MH % PE == 0, "PE must divide MH (output channels): choose another PE");
  static_assert(PE * ACC_BITS <= detail::MAX_STREAM_BITS
                    && SIMD * Input::width <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE or SIMD");

  constexpr unsigned SF = MW / SIMD;
  constexpr unsigned NF = MH / PE;
  using Accumulator = detail::Signed<ACC_BITS>;

  ap_uint<SIMD * Input::width> vector[SF];
  Accumulator accumulators[PE];
#pragma HLS ARRAY_PARTITION variable=accumulators complete
  detail::Counter<SF> sf = 0;
  detail::Counter<NF> nf = 0;
  detail::Counter<NF * SF> address = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * NF * SF; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<SIMD * Input::width> word = detail::replay(in0, vector, sf, nf == 0);
    Input lanes[SIMD];
#pragma HLS ARRAY_PARTITION variable=lanes complete
  Lanes:
    for (unsigned s = 0; s < SIMD; ++s) {
#pragma HLS UNROLL
      lanes[s] = detail::get_lane<Input>(word, s);
    }
    const bool first = sf == 0, last = sf == SF - 1;
    const unsigned index = address;
    ap_uint<PE * ACC_BITS> result = 0;
  Rows:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      Accumulator sum = first ? Accumulator(0) : accumulators[pe];
    Columns:
      for (unsigned s = 0; s < SIMD; ++s) {
#pragma HLS UNROLL
        sum += detail::number(lanes[s]) * detail::number(weights[index][pe][s]);
      }
      accumulators[pe] = sum;
      if (last) detail::set_lane(result, pe, ap_int<ACC_BITS>(sum));
    }
    if (last) out0.write(result);
    detail::step<NF * SF>(address);
    if (detail::step<SF>(sf)) detail::step<NF>(nf);
  }
}

}  // namespace bbcu

#endif
