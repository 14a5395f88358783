// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How many bits numbers need, and counters that have no more than that.
#ifndef BBCU_DETAIL_WIDTHS_H
#define BBCU_DETAIL_WIDTHS_H

#include <bbcu/detail/number.h>

namespace bbcu {
namespace detail {

constexpr unsigned MAX_STREAM_BITS = 4096;  // of a Vitis stream word and of ap_uint as configured

// Bits of the unsigned numbers 0 .. largest, at least one.
constexpr unsigned unsigned_bits(unsigned long long largest) {
  return largest < 2 ? 1 : 1 + unsigned_bits(largest / 2);
}

// Bits of the two's complement numbers low .. high.
constexpr unsigned signed_bits(long long low, long long high) {
  return 1 + unsigned_bits(high > -(low + 1) ? (high < 0 ? 0 : high) : -(low + 1));
}

constexpr unsigned smaller(unsigned a, unsigned b) { return a < b ? a : b; }

// Counts 0 .. COUNT - 1 in as few bits as that takes.
template <unsigned COUNT>
using Counter = Unsigned<unsigned_bits(COUNT - 1)>;

// Advances a counter by one, back to 0 after COUNT - 1; tells whether it went back.
template <unsigned COUNT>
inline bool step(Counter<COUNT> &counter) {
#pragma HLS INLINE
  const bool last = counter == COUNT - 1;
  counter = last ? Counter<COUNT>(0) : Counter<COUNT>(counter + 1);
  return last;
}

}  // namespace detail
}  // namespace bbcu

#endif
