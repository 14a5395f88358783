// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A beat that is taken from a stream in the first pass over a vector and from memory in later ones.
#ifndef BBCU_DETAIL_REPLAY_H
#define BBCU_DETAIL_REPLAY_H

#include <ap_int.h>
#include <hls_stream.h>

namespace bbcu {
namespace detail {

// Beat `index` of the vector: read from `in` and kept if `fresh`, else the one kept before. A word
// just read does not take the way through the memory, so that a pipeline need not wait for it.
template <int BITS, unsigned BEATS>  // int, as in ap_uint: else it is not deduced
inline ap_uint<BITS> replay(hls::stream<ap_uint<BITS>> &in, ap_uint<BITS> (&vector)[BEATS],
                            unsigned index, bool fresh) {
#pragma HLS INLINE
  ap_uint<BITS> beat;
  if (fresh) {
    beat = in.read();
    vector[index] = beat;
  } else {
    beat = vector[index];
  }
  return beat;
}

}  // namespace detail
}  // namespace bbcu

#endif
