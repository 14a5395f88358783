// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Line buffer of a KERNEL x KERNEL convolution, stride 1, same size.
//
// in0:  the raster of a frame, each pixel as CHANNELS / SIMD beats of SIMD channels of BITS bits.
// out0: for every pixel the taps of its neighbourhood, row by row, each as CHANNELS / SIMD beats.
//       A tap outside the image has data 0 and, with FLAG = 1, the top bit clear (set inside).
// Cycles per frame: (HEIGHT * WIDTH * KERNEL^2 + KERNEL / 2 * WIDTH) * CHANNELS / SIMD, II = 1.
// It takes the first KERNEL / 2 rows, then each further pixel in the cycle of its first tap: no
// word is taken before it is needed. A stream around the convolution must hold KERNEL / 2 rows and
// KERNEL / 2 + 1 pixels, else the join behind it deadlocks.
//
// The buffer is a ring of KERNEL - 1 rows and KERNEL pixels. Pixels are numbered through, across
// rows: tap (ky, kx) of window i is pixel i + (ky - P) * WIDTH + kx - P. A tap outside the image
// thereby aliases to another pixel and is masked.
#ifndef BBCU_WINDOW_GENERATOR_H
#define BBCU_WINDOW_GENERATOR_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/ring.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned BITS, unsigned SIMD, unsigned CHANNELS, unsigned HEIGHT, unsigned WIDTH,
          unsigned KERNEL, unsigned FLAG>
void window_generator(hls::stream<ap_uint<SIMD * BITS>> &in0,
                      hls::stream<ap_uint<SIMD * BITS + FLAG>> &out0) {
#pragma HLS INLINE
  static_assert(KERNEL % 2 == 1, "KERNEL must be odd: the window is centred on its pixel");
  static_assert(CHANNELS % SIMD == 0, "SIMD must divide CHANNELS: choose another SIMD");
  static_assert(FLAG <= 1, "FLAG must be 0 or 1: a beat has one valid flag or none");
  static_assert(SIMD * BITS + FLAG <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller SIMD");

  constexpr unsigned P = KERNEL / 2;
  constexpr unsigned CF = CHANNELS / SIMD;
  constexpr unsigned DEPTH = ((KERNEL - 1) * WIDTH + KERNEL) * CF;
  constexpr unsigned BEFORE = (P * WIDTH + P) * CF;  // words "before" the first pixel
  constexpr unsigned PRELOAD = detail::smaller(P, HEIGHT) * WIDTH * CF;
  constexpr unsigned BEATS = HEIGHT * WIDTH * KERNEL * KERNEL * CF;
  constexpr unsigned ROW_STEP =  // from the last beat of a row of taps to the next row
      detail::ring_distance((static_cast<long long>(WIDTH) - KERNEL) * CF + 1, DEPTH);

  ap_uint<SIMD * BITS> ring[DEPTH];
#pragma HLS BIND_STORAGE variable=ring type=ram_2p
// A word just read goes out past the ring; its next use is 4 or more iterations later.
#pragma HLS DEPENDENCE variable=ring type=inter direction=RAW distance=4 dependent=true

  detail::Counter<DEPTH> write_address = BEFORE, window_address = 0, tap_address = 0;
  detail::Counter<HEIGHT> y = 0;
  detail::Counter<WIDTH> x = 0;
  detail::Counter<KERNEL> ky = 0, kx = 0;
  detail::Counter<CF> cf = 0;

Beats:
  for (unsigned beat = 0; beat < PRELOAD + BEATS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const bool preload = beat < PRELOAD;
    // the last row of taps meets new pixels: the right one, and in column 0 those left of it too
    const bool new_column = kx == KERNEL - 1 || (x == 0 && kx >= P);
    const bool new_row = ky == KERNEL - 1;
    const unsigned row = y + ky, column = x + kx;  // of the tap, plus P
    const bool inside = row >= P && row < P + HEIGHT && column >= P && column < P + WIDTH;

    ap_uint<SIMD * BITS> word = ring[tap_address];
    if (preload || (inside && new_row && new_column)) {
      word = in0.read();
      ring[write_address] = word;
      detail::step<DEPTH>(write_address);
    }
    if (!preload) {
      ap_uint<SIMD * BITS + FLAG> tap = inside ? word : ap_uint<SIMD * BITS>(0);
      if (FLAG == 1) tap[SIMD * BITS + FLAG - 1] = inside;
      out0.write(tap);

      const bool tap_end = detail::step<CF>(cf);
      const bool row_end = tap_end && detail::step<KERNEL>(kx);
      const bool window_end = row_end && detail::step<KERNEL>(ky);
      if (window_end) window_address = detail::ring_add<DEPTH>(window_address, CF % DEPTH);
      const unsigned next = row_end ? ROW_STEP : 1 % DEPTH;
      tap_address = window_end ? window_address : detail::ring_add<DEPTH>(tap_address, next);
      if (window_end && detail::step<WIDTH>(x)) detail::step<HEIGHT>(y);
    }
  }
}

}  // namespace bbcu

#endif
