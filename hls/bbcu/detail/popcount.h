// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Number of ones in a word. In hardware a balanced tree of adders, each as wide as its result.
#ifndef BBCU_DETAIL_POPCOUNT_H
#define BBCU_DETAIL_POPCOUNT_H

#include <ap_int.h>

#include <bbcu/detail/widths.h>

namespace bbcu {
namespace detail {

template <unsigned BITS>
struct PopcountTree {
  static ap_uint<unsigned_bits(BITS)> count(const ap_uint<BITS> &word) {
#pragma HLS INLINE
    constexpr unsigned LOW = BITS / 2;
    const ap_uint<LOW> low = word.range(LOW - 1, 0);
    const ap_uint<BITS - LOW> high = word.range(BITS - 1, LOW);
    return PopcountTree<LOW>::count(low) + PopcountTree<BITS - LOW>::count(high);
  }
};

template <>
struct PopcountTree<1> {
  static ap_uint<1> count(const ap_uint<1> &word) { return word; }
};

template <unsigned BITS>
inline unsigned popcount(const ap_uint<BITS> &word) {
#pragma HLS INLINE
#if defined(__SYNTHESIS__) || defined(BBCU_PORTABLE)
  return PopcountTree<BITS>::count(word);
#else
  // on a PC 64 bits at a time; tests/hls compares both ways
  unsigned count = 0;
  for (unsigned low = 0; low < BITS; low += 64) {
    const unsigned high = low + 64 < BITS ? low + 63 : BITS - 1;
    count += __builtin_popcountll(word.range(high, low).to_uint64());
  }
  return count;
#endif
}

}  // namespace detail
}  // namespace bbcu

#endif
