// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// y = saturate(round_half_even((slope * x + offset) / 2^SHIFT), LOW, HIGH), with the slope and
// offset "above" if x >= breakpoint and "below" otherwise.
//
// Line holds the numbers of one channel, Rounding what all channels share. The widths of the
// intermediate results follow from the operands: nothing overflows.
#ifndef BBCU_PIECEWISE_LINEAR_H
#define BBCU_PIECEWISE_LINEAR_H

#include <ap_int.h>

#include <bbcu/detail/number.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

// Two lines that meet at a breakpoint.
template <unsigned BREAK_BITS, unsigned SLOPE_BITS, unsigned OFFSET_BITS>
struct Line {
  ap_int<BREAK_BITS> breakpoint;
  ap_int<SLOPE_BITS> slope_above;
  ap_int<OFFSET_BITS> offset_above;
  ap_int<SLOPE_BITS> slope_below;
  ap_int<OFFSET_BITS> offset_below;
};

// Rounding half to even by SHIFT bits, then saturation to LOW .. HIGH.
template <unsigned SHIFT, long long LOW, long long HIGH>
struct Rounding {
  static_assert(LOW <= HIGH, "LOW must not be above HIGH");

  static constexpr long long LOWEST = LOW, HIGHEST = HIGH;
  using Value = detail::Signed<detail::signed_bits(LOW, HIGH)>;

  template <typename Number>
  static Value saturate(const Number &value) {
#pragma HLS INLINE
    return value < LOW ? Value(LOW) : value > HIGH ? Value(HIGH) : Value(value);
  }

  // `value` has at most BITS bits.
  template <unsigned BITS>
  static Value apply(const detail::Signed<BITS> &value) {
#pragma HLS INLINE
    static_assert(SHIFT < BITS, "SHIFT must be below the width of slope * x + offset");
    if (SHIFT == 0) return saturate(value);
    // just under one half, and one unit more if the quotient is odd: a tie goes to the even side
    constexpr long long UNDER_HALF = ((1LL << SHIFT) >> 1) - 1;
    const detail::Signed<BITS + 1> odd = (value >> SHIFT) & 1;
    const detail::Signed<BITS + 1> nudged = value + odd + UNDER_HALF;
    return saturate(detail::Signed<BITS + 1 - SHIFT>(nudged >> SHIFT));
  }
};

// The function of one channel at `x`, which has at most BITS bits.
template <typename Round, unsigned BITS, unsigned BREAK_BITS, unsigned SLOPE_BITS,
          unsigned OFFSET_BITS>
typename Round::Value piecewise_linear(const detail::Signed<BITS> &x,
                                       const Line<BREAK_BITS, SLOPE_BITS, OFFSET_BITS> &line) {
#pragma HLS INLINE
  constexpr unsigned PRODUCT_BITS = BITS + SLOPE_BITS;
  constexpr unsigned LINEAR_BITS = (PRODUCT_BITS > OFFSET_BITS ? PRODUCT_BITS : OFFSET_BITS) + 1;
  static_assert(LINEAR_BITS < detail::MAX_NUMBER_BITS,
                "slope * x + offset has more than 62 bits: choose narrower slopes or offsets");
  const bool above = x >= detail::number(line.breakpoint);
  const ap_int<SLOPE_BITS> slope = above ? line.slope_above : line.slope_below;
  const ap_int<OFFSET_BITS> offset = above ? line.offset_above : line.offset_below;
  return Round::template apply<LINEAR_BITS>(detail::number(slope) * x + detail::number(offset));
}

}  // namespace bbcu

#endif
