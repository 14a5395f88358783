// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The lanes of a stream word: lane 0 lowest, each as wide as its type, no gaps.
#ifndef BBCU_DETAIL_LANES_H
#define BBCU_DETAIL_LANES_H

#include <ap_int.h>

#include <bbcu/detail/widths.h>

namespace bbcu {
namespace detail {

// Lane `index` of a word, as the (signed or unsigned) type `Lane`.
template <typename Lane, typename Word>
inline Lane get_lane(const Word &word, unsigned index) {
#pragma HLS INLINE
  return Lane(word >> (index * Lane::width));
}

template <typename Lane, typename Word>
inline void set_lane(Word &word, unsigned index, const Lane &lane) {
#pragma HLS INLINE
  word.range((index + 1) * Lane::width - 1, index * Lane::width) = ap_uint<Lane::width>(lane);
}

// Whether a type holds all of low .. high.
template <typename Integer>
struct Range;
template <int BITS>
struct Range<ap_int<BITS>> {
  static constexpr bool holds(long long low, long long high) {
    return signed_bits(low, high) <= BITS;
  }
};
template <int BITS>
struct Range<ap_uint<BITS>> {
  static constexpr bool holds(long long low, long long high) {
    return low >= 0 && unsigned_bits(high) <= BITS;
  }
};

}  // namespace detail
}  // namespace bbcu

#endif
