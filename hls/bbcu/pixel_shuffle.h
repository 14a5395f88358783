// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Spreads sub-pixels over space: HEIGHT x WIDTH pixels of FACTOR^2 sub-pixels become an image that
// is FACTOR times larger in both directions.
//
// in0:  per pixel the sub-pixels (i, j) in row-major order, each of FOLDS beats of BEAT_BITS bits.
// out0: the raster of the larger image, FOLDS beats per pixel.
// Cycles per frame: HEIGHT * WIDTH * FACTOR^2 * FOLDS + LAG, one beat in and one out per cycle.
// It gives output beat n when it has taken input beat n + LAG, the least lag for which an output
// row has no gap: LAG = (WIDTH - 1) * FACTOR * (FACTOR - 1) * FOLDS. A stream around it must hold
// as many beats, else the join behind it deadlocks.
#ifndef BBCU_PIXEL_SHUFFLE_H
#define BBCU_PIXEL_SHUFFLE_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/ring.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned BEAT_BITS, unsigned FOLDS, unsigned HEIGHT, unsigned WIDTH, unsigned FACTOR>
void pixel_shuffle(hls::stream<ap_uint<BEAT_BITS>> &in0, hls::stream<ap_uint<BEAT_BITS>> &out0) {
#pragma HLS INLINE
  static_assert(FACTOR >= 2, "FACTOR must be at least 2: with 1 there is nothing to shuffle");
  static_assert(BEAT_BITS <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller SIMD");

  constexpr unsigned BURST = FACTOR * FOLDS;  // beats of one sub-row of one pixel
  constexpr unsigned PIXEL = FACTOR * BURST;
  constexpr unsigned BEATS = HEIGHT * WIDTH * PIXEL;
  constexpr unsigned LAG = (WIDTH - 1) * (FACTOR - 1) * BURST;
  constexpr unsigned DEPTH = 2 * LAG + 1;  // a beat is due at most 2 * LAG beats after it came
  constexpr unsigned NEXT_PIXEL = detail::ring_distance(PIXEL - BURST + 1, DEPTH);
  constexpr unsigned NEXT_SUBROW = detail::ring_distance(BURST, DEPTH);
  constexpr unsigned NEXT_ROW = detail::ring_distance((WIDTH - 1) * PIXEL + BURST, DEPTH);

  ap_uint<BEAT_BITS> ring[DEPTH];
#pragma HLS BIND_STORAGE variable=ring type=ram_2p
// A beat that is due at once goes out past the ring; any other is due 2 or more iterations later.
#pragma HLS DEPENDENCE variable=ring type=inter direction=RAW distance=2 dependent=true

  detail::Counter<DEPTH> write_address = 0, read_address = 0, subrow_address = 0;
  detail::Counter<BURST> burst = 0;
  detail::Counter<WIDTH> x = 0;
  detail::Counter<FACTOR> i = 0;

Beats:
  for (unsigned beat = 0; beat < BEATS + LAG; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const bool at_once = read_address == write_address && beat < BEATS;
    ap_uint<BEAT_BITS> word = ring[read_address];
    if (beat < BEATS) {
      const ap_uint<BEAT_BITS> taken = in0.read();
      ring[write_address] = taken;
      detail::step<DEPTH>(write_address);
      if (at_once) word = taken;
    }
    if (beat >= LAG) {
      out0.write(word);

      const bool burst_end = detail::step<BURST>(burst);
      const bool subrow_end = burst_end && detail::step<WIDTH>(x);
      const bool row_end = subrow_end && detail::step<FACTOR>(i);
      if (subrow_end) {
        subrow_address =
            detail::ring_add<DEPTH>(subrow_address, row_end ? NEXT_ROW : NEXT_SUBROW);
      }
      const unsigned next = burst_end ? NEXT_PIXEL : 1 % DEPTH;
      read_address = subrow_end ? subrow_address : detail::ring_add<DEPTH>(read_address, next);
    }
  }
}

}  // namespace bbcu

#endif
