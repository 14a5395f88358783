// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Packs blocks of FACTOR x FACTOR pixels into one pixel: the inverse of pixel_shuffle.
//
// in0:  the raster of a HEIGHT x WIDTH image, FOLDS beats of BEAT_BITS bits per pixel.
// out0: per block its pixels (i, j) in row-major order.
// Cycles per frame: HEIGHT * WIDTH * FOLDS + LAG, one beat in and one out per cycle.
// It gives output beat n when it has taken input beat n + LAG, the least lag for which a block has
// no gap: LAG = (WIDTH - FACTOR) * (FACTOR - 1) * FOLDS. A stream around it must hold as many
// beats, else the join behind it deadlocks.
#ifndef BBCU_PIXEL_UNSHUFFLE_H
#define BBCU_PIXEL_UNSHUFFLE_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/ring.h>
#include <bbcu/detail/widths.h>

namespace bbcu {

template <unsigned BEAT_BITS, unsigned FOLDS, unsigned HEIGHT, unsigned WIDTH, unsigned FACTOR>
void pixel_unshuffle(hls::stream<ap_uint<BEAT_BITS>> &in0, hls::stream<ap_uint<BEAT_BITS>> &out0) {
#pragma HLS INLINE
  static_assert(FACTOR >= 2, "FACTOR must be at least 2: with 1 there is nothing to pack");
  static_assert(HEIGHT % FACTOR == 0 && WIDTH % FACTOR == 0,
                "FACTOR must divide HEIGHT and WIDTH: choose a frame of whole blocks");
  static_assert(BEAT_BITS <= detail::MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller SIMD");

  constexpr unsigned BURST = FACTOR * FOLDS;  // beats of one row of a block
  constexpr unsigned ROW = WIDTH * FOLDS;
  constexpr unsigned BEATS = HEIGHT * ROW;
  constexpr unsigned LAG = (ROW - BURST) * (FACTOR - 1);
  constexpr unsigned DEPTH = 2 * LAG + 1;  // a beat is due at most 2 * LAG beats after it came
  constexpr unsigned NEXT_ROW = detail::ring_distance(ROW - BURST + 1, DEPTH);
  constexpr unsigned NEXT_BLOCK =
      detail::ring_distance(1 - static_cast<long long>(FACTOR - 1) * ROW, DEPTH);

  ap_uint<BEAT_BITS> ring[DEPTH];
#pragma HLS BIND_STORAGE variable=ring type=ram_2p
// A beat that is due at once goes out past the ring; any other is due 2 or more iterations later.
#pragma HLS DEPENDENCE variable=ring type=inter direction=RAW distance=2 dependent=true

  detail::Counter<DEPTH> write_address = 0, read_address = 0;
  detail::Counter<BURST> burst = 0;
  detail::Counter<FACTOR> i = 0;
  detail::Counter<WIDTH / FACTOR> x = 0;

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
      const bool block_end = burst_end && detail::step<FACTOR>(i);
      const bool band_end = block_end && detail::step<WIDTH / FACTOR>(x);
      unsigned next = 1 % DEPTH;  // inside a row of a block, and from a band to the next
      if (block_end && !band_end) next = NEXT_BLOCK;
      if (burst_end && !block_end) next = NEXT_ROW;
      read_address = detail::ring_add<DEPTH>(read_address, next);
    }
  }
}

}  // namespace bbcu

#endif
