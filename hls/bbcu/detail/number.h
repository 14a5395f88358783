// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The numbers that operators compute with: as wide as needed in hardware, and a machine word on a
// PC, where ap_int is slow. BBCU_PORTABLE gives a PC the hardware's numbers: both are tested.
#ifndef BBCU_DETAIL_NUMBER_H
#define BBCU_DETAIL_NUMBER_H

#include <ap_int.h>

namespace bbcu {
namespace detail {

constexpr unsigned MAX_NUMBER_BITS = 63;  // of any intermediate result

#if defined(__SYNTHESIS__) || defined(BBCU_PORTABLE)

template <unsigned BITS>
using Signed = ap_int<BITS>;
template <unsigned BITS>
using Unsigned = ap_uint<BITS>;

template <typename Integer>
inline const Integer &number(const Integer &value) {
#pragma HLS INLINE
  return value;
}

#else

template <unsigned BITS>
using Signed = long long;
template <unsigned BITS>
using Unsigned = unsigned;

template <int BITS>
inline long long number(const ap_int<BITS> &value) { return value.to_int64(); }
template <int BITS>
inline long long number(const ap_uint<BITS> &value) { return value.to_int64(); }

#endif

}  // namespace detail
}  // namespace bbcu

#endif
