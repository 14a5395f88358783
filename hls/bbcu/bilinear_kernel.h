// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Bilinear x2 up-sampling of unsigned pixels, corners not aligned, in sixteenths: sub-pixel (i, j)
// is 9 * centre + 3 * vertical + 3 * horizontal + diagonal neighbour, each clamped to the image.
//
// in0:  what window_generator gives for SIMD = CHANNELS, KERNEL = 3, FLAG = 1: 9 taps per pixel.
// out0: 4 beats per pixel, (0,0) (0,1) (1,0) (1,1), of CHANNELS lanes of BITS + 4 bits.
// Cycles per pixel: 9, II = 1; PIXELS pixels per frame. It does not round or shuffle.
//
// Sub-pixel (i, j) depends on a 2 x 2 block of the 3 x 3 taps, and leaves when the block's last tap
// arrives: in raster order of three columns that block is the words 4, 3, 1 and 0 beats ago.
#ifndef BBCU_BILINEAR_KERNEL_H
#define BBCU_BILINEAR_KERNEL_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned CHANNELS, unsigned BITS, unsigned PIXELS>
void bilinear_kernel(hls::stream<ap_uint<CHANNELS * BITS + 1>> &in0,
                     hls::stream<ap_uint<CHANNELS * (BITS + 4)>> &out0) {
#pragma HLS INLINE
  static_assert(CHANNELS * (BITS + 4) <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: there are too many channels");

  constexpr unsigned FLAG = CHANNELS * BITS;
  using Tap = ap_uint<CHANNELS * BITS + 1>;
  using Pixel = ap_uint<BITS>;
  using Sum = ap_uint<BITS + 4>;

  Tap history[5];  // [0] newest
#pragma HLS ARRAY_PARTITION variable=history complete
ClearHistory:
  for (unsigned age = 0; age < 5; ++age) {
#pragma HLS UNROLL
    history[age] = 0;
  }
  detail::Counter<3> ky = 0, kx = 0;

Taps:
  for (unsigned beat = 0; beat < PIXELS * 9; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
  Shift:
    for (unsigned age = 4; age > 0; --age) {
#pragma HLS UNROLL
      history[age] = history[age - 1];
    }
    history[0] = in0.read();

    if (ky > 0 && kx > 0) {
      const bool i = ky == 2, j = kx == 2;  // sub-pixel; the centre lies opposite in the block
      // of the block: the column of the centre, then the column beside it
      const Tap upper = j ? history[4] : history[3], lower = j ? history[1] : history[0];
      const Tap upper_beside = j ? history[3] : history[4];
      const Tap lower_beside = j ? history[0] : history[1];
      const Tap centre = i ? upper : lower;
      const Tap vertical = i ? lower : upper;
      const Tap horizontal = i ? upper_beside : lower_beside;
      const Tap diagonal = i ? lower_beside : upper_beside;
      const bool has_row = vertical[FLAG], has_column = horizontal[FLAG];
      // a neighbour outside the image is a copy of the nearest tap inside
      const Tap above = has_row ? vertical : centre;
      const Tap beside = has_column ? horizontal : centre;
      const Tap across = has_row ? (has_column ? diagonal : vertical) : beside;
      ap_uint<CHANNELS * (BITS + 4)> result = 0;
    Channels:
      for (unsigned c = 0; c < CHANNELS; ++c) {
#pragma HLS UNROLL
        const Sum one = detail::get_lane<Pixel>(centre, c);
        const Sum sides = detail::get_lane<Pixel>(above, c) + detail::get_lane<Pixel>(beside, c);
        const Sum sum = 9 * one + 3 * sides + detail::get_lane<Pixel>(across, c);
        detail::set_lane(result, c, sum);
      }
      out0.write(result);
    }
    if (detail::step<3>(kx)) detail::step<3>(ky);
  }
}

}  // namespace bbcu

#endif
