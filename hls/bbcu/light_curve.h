// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One step of the curve of Zero-DCE++, x + r (x^2 - x), in fixed point.
//
// in0:  PE lanes of the light x, unsigned, in units of 2^(IN_SHIFT - LIGHT_BITS).
// in1:  PE lanes of the parameter r, ap_int<PARAMETER_BITS> in units of 2^(1 - PARAMETER_BITS).
// out0: PE lanes of the new light, unsigned, in units of 2^(OUT_SHIFT - LIGHT_BITS).
//   bend  = round_half_even(x * (x - 2^LIGHT_BITS) / 2^LIGHT_BITS)        x in 2^-LIGHT_BITS
//   delta = round_half_even(r * bend / 2^(PARAMETER_BITS - 1))
//   out   = saturate(round_half_even(saturate(x + delta) / 2^OUT_SHIFT))
// Cycles per frame: WORDS, II = 1. It aligns its inputs only by waiting for both: in0 must hold
// what arrives while r is computed, else the network deadlocks.
#ifndef BBCU_LIGHT_CURVE_H
#define BBCU_LIGHT_CURVE_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/number.h>
#include <bbcu/detail/widths.h>
#include <bbcu/piecewise_linear.h>

namespace bbcu {

template <unsigned PE, unsigned WORDS, unsigned LIGHT_BITS, unsigned PARAMETER_BITS,
          unsigned IN_SHIFT, unsigned OUT_SHIFT>
void light_curve(hls::stream<ap_uint<PE * (LIGHT_BITS - IN_SHIFT)>> &in0,
                 hls::stream<ap_uint<PE * PARAMETER_BITS>> &in1,
                 hls::stream<ap_uint<PE * (LIGHT_BITS - OUT_SHIFT)>> &out0) {
#pragma HLS INLINE
  static_assert(IN_SHIFT < LIGHT_BITS && OUT_SHIFT < LIGHT_BITS,
                "IN_SHIFT and OUT_SHIFT must be below LIGHT_BITS");
  static_assert(LIGHT_BITS >= 2 && PARAMETER_BITS >= 2 && LIGHT_BITS <= 24 && PARAMETER_BITS <= 24,
                "LIGHT_BITS and PARAMETER_BITS must lie in 2 .. 24");
  static_assert(PE * LIGHT_BITS <= detail::MAX_STREAM_BITS
                    && PE * PARAMETER_BITS <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE");

  constexpr long long ONE = 1LL << LIGHT_BITS;
  constexpr unsigned SQUARE_BITS = 2 * (LIGHT_BITS + 1), PRODUCT_BITS = PARAMETER_BITS + LIGHT_BITS;
  using Bend = Rounding<LIGHT_BITS, -ONE / 2, ONE / 2 - 1>;
  using Delta = Rounding<PARAMETER_BITS - 1, -ONE / 2, ONE / 2 - 1>;
  using Sum = Rounding<0, 0, ONE - 1>;
  using Out = Rounding<OUT_SHIFT, 0, (ONE >> OUT_SHIFT) - 1>;

Words:
  for (unsigned beat = 0; beat < WORDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * (LIGHT_BITS - IN_SHIFT)> lights = in0.read();
    const ap_uint<PE * PARAMETER_BITS> parameters = in1.read();
    ap_uint<PE * (LIGHT_BITS - OUT_SHIFT)> results = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const auto light = detail::get_lane<ap_uint<LIGHT_BITS - IN_SHIFT>>(lights, pe);
      const auto r = detail::get_lane<ap_int<PARAMETER_BITS>>(parameters, pe);
      const detail::Signed<SQUARE_BITS> x =
          detail::Signed<SQUARE_BITS>(detail::number(light)) << IN_SHIFT;
      const auto bend = Bend::template apply<SQUARE_BITS>(x * (x - ONE));
      const auto delta = Delta::template apply<PRODUCT_BITS>(detail::number(r) * bend);
      const auto sum = Sum::saturate(x + delta);
      const auto result = Out::template apply<LIGHT_BITS + 1>(sum);
      detail::set_lane(results, pe, ap_uint<LIGHT_BITS - OUT_SHIFT>(result));
    }
    out0.write(results);
  }
}

}  // namespace bbcu

#endif
