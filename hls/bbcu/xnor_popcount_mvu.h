// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Binary matrix-vector unit: for each of MH rows the sum over the valid beats of a vector of
// 2 * popcount(xnor(activation, weight)) - SIMD, PE rows at a time.
//
// in0:  MW / SIMD beats per vector of SIMD activation bits (1 = +1, 0 = -1), a valid flag on top.
//       A beat whose flag is 0 contributes exactly 0.
// out0: MH / PE beats per vector of PE signed accumulators of ACC_BITS bits.
// weights[nf * MW / SIMD + sf][pe], bit s: row nf * PE + pe, column sf * SIMD + s.
// Cycles per vector: (MH / PE) * (MW / SIMD), II = 1; PIXELS vectors per frame. The vector is taken
// while the first PE rows are computed and replayed from memory for the others.
#ifndef BBCU_XNOR_POPCOUNT_MVU_H
#define BBCU_XNOR_POPCOUNT_MVU_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/number.h>
#include <bbcu/detail/replay.h>
#include <bbcu/detail/widths.h>
#include <bbcu/detail/xnor_popcount.h>

namespace bbcu {

template <unsigned PE, unsigned SIMD, unsigned MW, unsigned MH, unsigned PIXELS, unsigned ACC_BITS>
void xnor_popcount_mvu(hls::stream<ap_uint<SIMD + 1>> &in0,
                       hls::stream<ap_uint<PE * ACC_BITS>> &out0,
                       const ap_uint<SIMD> (&weights)[(MH / PE) * (MW / SIMD)][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=weights complete dim=2
  static_assert(MW % SIMD == 0,
                "SIMD must divide MW (kernel * kernel * channels): choose another SIMD");
  static_assert(MH % PE == 0, "PE must divide MH (output channels): choose another PE");
  static_assert(ACC_BITS >= detail::signed_bits(-static_cast<long long>(MW), MW),
                "ACC_BITS must hold -MW .. MW: choose a wider accumulator");
  static_assert(PE * ACC_BITS <= detail::MAX_STREAM_BITS && SIMD < detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE or SIMD");

  constexpr unsigned SF = MW / SIMD;
  constexpr unsigned NF = MH / PE;
  using Accumulator = detail::Signed<ACC_BITS>;

  ap_uint<SIMD + 1> vector[SF];
  Accumulator accumulators[PE];
#pragma HLS ARRAY_PARTITION variable=accumulators complete
  detail::Counter<SF> sf = 0;
  detail::Counter<NF> nf = 0;
  detail::Counter<NF * SF> address = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * NF * SF; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<SIMD + 1> word = detail::replay(in0, vector, sf, nf == 0);
    const ap_uint<SIMD> activations = word;
    const bool inside = word[SIMD], first = sf == 0, last = sf == SF - 1;
    const unsigned index = address;
    ap_uint<PE * ACC_BITS> result = 0;
  Rows:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const int count = detail::xnor_popcount<SIMD>(activations, weights[index][pe]);
      const Accumulator contribution = inside ? 2 * count - static_cast<int>(SIMD) : 0;
      const Accumulator before = first ? Accumulator(0) : accumulators[pe];
      accumulators[pe] = before + contribution;
      if (last) detail::set_lane(result, pe, ap_int<ACC_BITS>(accumulators[pe]));
    }
    if (last) out0.write(result);
    detail::step<NF * SF>(address);
    if (detail::step<SF>(sf)) detail::step<NF>(nf);
  }
}

}  // namespace bbcu

#endif
