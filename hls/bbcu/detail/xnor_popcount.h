// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Number of equal bits of two words: in hardware a balanced tree of adders, each as wide as its
// sum. BBCU_PORTABLE gives a PC that tree: both are tested.
#ifndef BBCU_DETAIL_XNOR_POPCOUNT_H
#define BBCU_DETAIL_XNOR_POPCOUNT_H

#include <ap_int.h>

#include <bbcu/detail/widths.h>

namespace bbcu {
namespace detail {

// The ones of BITS bits of a word from bit LOW up.
template <unsigned LOW, unsigned BITS>
struct PopcountTree {
  template <typename Word>
  static ap_uint<unsigned_bits(BITS)> count(const Word &word) {
#pragma HLS INLINE
    constexpr unsigned HALF = BITS / 2;
    return PopcountTree<LOW, HALF>::count(word)
           + PopcountTree<LOW + HALF, BITS - HALF>::count(word);
  }
};

template <unsigned LOW>
struct PopcountTree<LOW, 1> {
  template <typename Word>
  static ap_uint<1> count(const Word &word) {
#pragma HLS INLINE
    return ap_uint<1>(bool(word[LOW]));
  }
};

template <unsigned BITS>
inline unsigned xnor_popcount(const ap_uint<BITS> &a, const ap_uint<BITS> &b) {
#pragma HLS INLINE
#if defined(__SYNTHESIS__) || defined(BBCU_PORTABLE)
  const ap_uint<BITS> equal = ~(a ^ b);
  return PopcountTree<0, BITS>::count(equal);
#else
  // 64 bits at a time
  unsigned different = __builtin_popcountll(a.to_uint64() ^ b.to_uint64());
  for (unsigned low = 64; low < BITS; low += 64) {
    different += __builtin_popcountll((a >> low).to_uint64() ^ (b >> low).to_uint64());
  }
  return BITS - different;
#endif
}

}  // namespace detail
}  // namespace bbcu

#endif
