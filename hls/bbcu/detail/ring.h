// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Addresses of a ring: a memory of DEPTH words whose last word is followed by its first.
#ifndef BBCU_DETAIL_RING_H
#define BBCU_DETAIL_RING_H

#include <bbcu/detail/widths.h>

namespace bbcu {
namespace detail {

// The sum of two addresses of a ring of DEPTH words.
template <unsigned DEPTH>
inline Counter<DEPTH> ring_add(Counter<DEPTH> address, unsigned distance) {
#pragma HLS INLINE
  const Unsigned<unsigned_bits(2 * DEPTH)> sum = address + Counter<DEPTH>(distance);
  return sum >= DEPTH ? Counter<DEPTH>(sum - DEPTH) : Counter<DEPTH>(sum);
}

// The remainder of a distance that may be negative.
constexpr unsigned ring_distance(long long distance, unsigned depth) {
  return static_cast<unsigned>((distance % depth + depth) % depth);
}

}  // namespace detail
}  // namespace bbcu

#endif
