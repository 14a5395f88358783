// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Changes the number of bits per word, low bits first: packs when IN_WIDTH divides OUT_WIDTH,
// splits when OUT_WIDTH divides IN_WIDTH. WORDS counts the words of the wider side in a frame.
// Cycles per frame: the words of the narrower side, II = 1.
#ifndef BBCU_STREAM_WIDTH_CONVERTER_H
#define BBCU_STREAM_WIDTH_CONVERTER_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/widths.h>

namespace bbcu {
namespace detail {

template <bool PACK>
struct WidthConverter;

template <>
struct WidthConverter<true> {
  template <unsigned WORDS, int NARROW, int WIDE>  // int, as in ap_uint: else not deduced
  static void run(hls::stream<ap_uint<NARROW>> &in0, hls::stream<ap_uint<WIDE>> &out0) {
#pragma HLS INLINE
    constexpr unsigned RATIO = WIDE / NARROW;
    ap_uint<WIDE> word = 0;
    Counter<RATIO> piece = 0;
  Pieces:
    for (unsigned index = 0; index < WORDS * RATIO; ++index) {
#pragma HLS PIPELINE II=1 style=flp
      // entering at the top, the first piece ends up lowest
      if (RATIO > 1) word >>= RATIO > 1 ? NARROW : 0;
      word.range(WIDE - 1, WIDE - NARROW) = in0.read();
      if (step<RATIO>(piece)) out0.write(word);
    }
  }
};

template <>
struct WidthConverter<false> {
  template <unsigned WORDS, int WIDE, int NARROW>
  static void run(hls::stream<ap_uint<WIDE>> &in0, hls::stream<ap_uint<NARROW>> &out0) {
#pragma HLS INLINE
    constexpr unsigned RATIO = WIDE / NARROW;
    ap_uint<WIDE> word = 0;
    Counter<RATIO> piece = 0;
  Pieces:
    for (unsigned index = 0; index < WORDS * RATIO; ++index) {
#pragma HLS PIPELINE II=1 style=flp
      if (piece == 0) {
        word = in0.read();
      } else {
        word >>= NARROW;
      }
      out0.write(ap_uint<NARROW>(word));
      step<RATIO>(piece);
    }
  }
};

}  // namespace detail

template <unsigned IN_WIDTH, unsigned OUT_WIDTH, unsigned WORDS>
void stream_width_converter(hls::stream<ap_uint<IN_WIDTH>> &in0,
                            hls::stream<ap_uint<OUT_WIDTH>> &out0) {
#pragma HLS INLINE
  static_assert(IN_WIDTH % OUT_WIDTH == 0 || OUT_WIDTH % IN_WIDTH == 0,
                "one of IN_WIDTH and OUT_WIDTH must divide the other: choose other foldings");
  static_assert(IN_WIDTH <= detail::MAX_STREAM_BITS && OUT_WIDTH <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE or SIMD");

  detail::WidthConverter<(OUT_WIDTH >= IN_WIDTH)>::template run<WORDS>(in0, out0);
}

}  // namespace bbcu

#endif
