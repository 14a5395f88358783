// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Bilinear up-sampling of unsigned pixels by FACTOR, corners not aligned. On each axis, sub-pixel i
// lies (2 * i + 1 - FACTOR) / (2 * FACTOR) of a pixel beside the pixel's centre, and the neighbour
// on that side has so much weight; a neighbour outside the image is a copy of the pixel. Results
// are in UNIT^2-ths (see Bilinear): sixteenths, ninths and 64ths for factors 2, 3 and 4.
//
// in0:  what window_generator gives for SIMD = CHANNELS, KERNEL = 3, FLAG = 1: 9 taps per pixel.
// out0: FACTOR^2 beats per pixel, (0,0) (0,1) .. (1,0) .., of CHANNELS lanes of OUT_BITS bits.
// Cycles per frame: (PIXELS + 1) * BEATS, II = 1. It does not round or shuffle.
//
// While the taps of a pixel arrive the sub-pixels of the one before it leave.
#ifndef BBCU_BILINEAR_KERNEL_H
#define BBCU_BILINEAR_KERNEL_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

// The sizes that follow from those of an instance.
template <unsigned BITS, unsigned FACTOR>
struct Bilinear {
  static constexpr unsigned UNIT = FACTOR % 2 ? FACTOR : 2 * FACTOR;  // weights are UNIT-ths
  static constexpr unsigned OUT_BITS =
      detail::unsigned_bits(UNIT * UNIT * ((1ULL << BITS) - 1));
  static constexpr unsigned BEATS = FACTOR * FACTOR > 9 ? FACTOR * FACTOR : 9;  // per pixel

  // Weight of the neighbour of sub-pixel i, in UNIT-ths.
  static unsigned side_weight(unsigned i) {
#pragma HLS INLINE
    return (2 * i + 1 < FACTOR ? FACTOR - 2 * i - 1 : 2 * i + 1 - FACTOR) * UNIT / (2 * FACTOR);
  }
};

template <unsigned CHANNELS, unsigned BITS, unsigned FACTOR, unsigned PIXELS>
void bilinear_kernel(
    hls::stream<ap_uint<CHANNELS * BITS + 1>> &in0,
    hls::stream<ap_uint<CHANNELS * Bilinear<BITS, FACTOR>::OUT_BITS>> &out0) {
#pragma HLS INLINE
  using Sizes = Bilinear<BITS, FACTOR>;
  static_assert(FACTOR >= 2, "FACTOR must be at least 2: there is nothing to interpolate");
  static_assert(CHANNELS * Sizes::OUT_BITS <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: there are too many channels");

  constexpr unsigned FLAG = CHANNELS * BITS, UNIT = Sizes::UNIT;
  using Tap = ap_uint<CHANNELS * BITS + 1>;
  using Pixel = ap_uint<BITS>;
  using Sum = ap_uint<Sizes::OUT_BITS>;

  Tap taps[9], next[9];
#pragma HLS ARRAY_PARTITION variable=taps complete
#pragma HLS ARRAY_PARTITION variable=next complete
ClearTaps:
  for (unsigned tap = 0; tap < 9; ++tap) {
#pragma HLS UNROLL
    taps[tap] = 0;
    next[tap] = 0;
  }
  detail::Counter<Sizes::BEATS> beat = 0;
  detail::Counter<FACTOR> i = 0, j = 0;  // sub-pixel

Beats:
  for (unsigned long long step = 0; step < (PIXELS + 1ULL) * Sizes::BEATS; ++step) {
#pragma HLS PIPELINE II=1 style=flp
    const bool has_pixel = step >= Sizes::BEATS;  // one whose taps have all arrived
    if (has_pixel && beat < FACTOR * FACTOR) {
      const unsigned above = 2 * i + 1 < FACTOR ? 0 : 6, beside = 2 * j + 1 < FACTOR ? 0 : 2;
      const Tap centre = taps[4], vertical = taps[above + 1], horizontal = taps[3 + beside];
      const Tap diagonal = taps[above + beside];
      const bool has_row = vertical[FLAG], has_column = horizontal[FLAG];
      // a neighbour outside the image is a copy of the nearest tap inside
      const Tap over = has_row ? vertical : centre;
      const Tap next_to = has_column ? horizontal : centre;
      const Tap across = has_row ? (has_column ? diagonal : vertical) : next_to;
      const ap_uint<8> row = Sizes::side_weight(i), column = Sizes::side_weight(j);
      ap_uint<CHANNELS * Sizes::OUT_BITS> result = 0;
    Channels:
      for (unsigned c = 0; c < CHANNELS; ++c) {
#pragma HLS UNROLL
        const Sum middle = detail::get_lane<Pixel>(centre, c) * (UNIT - row)
                           + detail::get_lane<Pixel>(over, c) * row;
        const Sum side = detail::get_lane<Pixel>(next_to, c) * (UNIT - row)
                         + detail::get_lane<Pixel>(across, c) * row;
        const Sum sum = middle * (UNIT - column) + side * column;
        detail::set_lane(result, c, sum);
      }
      out0.write(result);
      if (detail::step<FACTOR>(j)) detail::step<FACTOR>(i);
    }
    if (step < PIXELS * 1ULL * Sizes::BEATS && beat < 9) next[beat] = in0.read();
    if (detail::step<Sizes::BEATS>(beat)) {
    Load:
      for (unsigned tap = 0; tap < 9; ++tap) {
#pragma HLS UNROLL
        taps[tap] = next[tap];
      }
    }
  }
}

}  // namespace bbcu

#endif
