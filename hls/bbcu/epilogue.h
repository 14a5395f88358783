// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What follows an accumulator, per channel: out = post(saturate(pre(acc) + residual)), where pre
// and post are piecewise linear (see piecewise_linear.h). Residual and post are optional: there is
// an overload for each choice of them.
//
// in0:  CHANNELS / PE beats per pixel of PE accumulators.
// in1:  the residual, PE lanes per beat, CHANNELS / REPEAT channels per pixel. It serves REPEAT
//       times: channel m takes residual channel m mod (CHANNELS / REPEAT).
// out0: CHANNELS / PE beats per pixel of PE results.
// pre, post[fold][pe]: the lines of channel fold * PE + pe.
// Accumulator, Residual and Result are ap_int<N> or ap_uint<N>; Sum and Out are Rounding: how pre
// and post round, and the ranges after the sum and after post.
// Cycles per frame: PIXELS * CHANNELS / PE, II = 1. It aligns its inputs only by waiting for both:
// in1 must hold what arrives while the accumulators are computed, else the network deadlocks.
#ifndef BBCU_EPILOGUE_H
#define BBCU_EPILOGUE_H

#include <ap_int.h>
#include <hls_stream.h>

#include <bbcu/detail/lanes.h>
#include <bbcu/detail/replay.h>
#include <bbcu/detail/widths.h>
#include <bbcu/piecewise_linear.h>

namespace bbcu {
namespace detail {

// What the overloads require; they take the folds from here.
template <unsigned PE, unsigned CHANNELS, typename Accumulator, typename Result, typename Last>
struct CheckEpilogue {
  static_assert(CHANNELS % PE == 0, "PE must divide CHANNELS: choose another PE");
  static_assert(PE * Accumulator::width <= MAX_STREAM_BITS && PE * Result::width <= MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE");
  static_assert(Range<Result>::holds(Last::LOWEST, Last::HIGHEST),
                "Result must hold LOW .. HIGH of the last rounding: choose a wider type");
  static constexpr unsigned FOLDS = CHANNELS / PE;
};

template <unsigned PE, unsigned CHANNELS, typename Residual, unsigned REPEAT>
struct CheckResidual {
  static_assert(CHANNELS % (PE * REPEAT) == 0,
                "PE * REPEAT must divide CHANNELS: choose another PE");
  static_assert(PE * Residual::width <= MAX_STREAM_BITS,
                "a stream word has more than 4096 bits: choose a smaller PE");
  static constexpr unsigned FOLDS = CHANNELS / PE / REPEAT;
};

// Lane `pe` of the accumulators after pre.
template <typename Sum, typename Accumulator, typename Word, typename Pre>
inline typename Sum::Value branch(const Word &accumulators, unsigned pe, const Pre &pre) {
#pragma HLS INLINE
  constexpr unsigned BITS = Accumulator::width + 1;  // it may be unsigned
  return piecewise_linear<Sum, BITS>(number(get_lane<Accumulator>(accumulators, pe)), pre);
}

// The same with the residual added.
template <typename Sum, typename Accumulator, typename Residual, typename Word, typename Skip,
          typename Pre>
inline typename Sum::Value joined(const Word &accumulators, const Skip &residuals, unsigned pe,
                                  const Pre &pre) {
#pragma HLS INLINE
  return Sum::saturate(branch<Sum, Accumulator>(accumulators, pe, pre)
                       + number(get_lane<Residual>(residuals, pe)));
}

}  // namespace detail

// out = pre(acc)
template <unsigned PE, unsigned CHANNELS, unsigned PIXELS, typename Accumulator, typename Result,
          typename Sum, typename Pre>
void epilogue(hls::stream<ap_uint<PE * Accumulator::width>> &in0,
              hls::stream<ap_uint<PE * Result::width>> &out0,
              const Pre (&pre)[CHANNELS / PE][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=pre complete dim=2
  constexpr unsigned FOLDS = detail::CheckEpilogue<PE, CHANNELS, Accumulator, Result, Sum>::FOLDS;
  detail::Counter<FOLDS> fold = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * FOLDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * Accumulator::width> accumulators = in0.read();
    ap_uint<PE * Result::width> results = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const auto sum = detail::branch<Sum, Accumulator>(accumulators, pe, pre[fold][pe]);
      detail::set_lane(results, pe, Result(sum));
    }
    out0.write(results);
    detail::step<FOLDS>(fold);
  }
}

// out = saturate(pre(acc) + residual)
template <unsigned PE, unsigned CHANNELS, unsigned PIXELS, typename Accumulator, typename Result,
          typename Sum, typename Pre, typename Residual, unsigned REPEAT>
void epilogue(hls::stream<ap_uint<PE * Accumulator::width>> &in0,
              hls::stream<ap_uint<PE * Residual::width>> &in1,
              hls::stream<ap_uint<PE * Result::width>> &out0,
              const Pre (&pre)[CHANNELS / PE][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=pre complete dim=2
  constexpr unsigned FOLDS = detail::CheckEpilogue<PE, CHANNELS, Accumulator, Result, Sum>::FOLDS;
  constexpr unsigned SKIPS = detail::CheckResidual<PE, CHANNELS, Residual, REPEAT>::FOLDS;
  ap_uint<PE * Residual::width> pixel[SKIPS];
  detail::Counter<FOLDS> fold = 0;
  detail::Counter<SKIPS> skip = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * FOLDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * Accumulator::width> accumulators = in0.read();
    const ap_uint<PE * Residual::width> residuals = detail::replay(in1, pixel, skip, fold < SKIPS);
    ap_uint<PE * Result::width> results = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const typename Sum::Value sum =
          detail::joined<Sum, Accumulator, Residual>(accumulators, residuals, pe, pre[fold][pe]);
      detail::set_lane(results, pe, Result(sum));
    }
    out0.write(results);
    detail::step<FOLDS>(fold);
    detail::step<SKIPS>(skip);
  }
}

// out = post(pre(acc))
template <unsigned PE, unsigned CHANNELS, unsigned PIXELS, typename Accumulator, typename Result,
          typename Sum, typename Pre, typename Out, typename Post>
void epilogue(hls::stream<ap_uint<PE * Accumulator::width>> &in0,
              hls::stream<ap_uint<PE * Result::width>> &out0,
              const Pre (&pre)[CHANNELS / PE][PE], const Post (&post)[CHANNELS / PE][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=pre complete dim=2
#pragma HLS ARRAY_PARTITION variable=post complete dim=2
  constexpr unsigned FOLDS = detail::CheckEpilogue<PE, CHANNELS, Accumulator, Result, Out>::FOLDS;
  constexpr unsigned BITS = detail::signed_bits(Sum::LOWEST, Sum::HIGHEST);
  detail::Counter<FOLDS> fold = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * FOLDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * Accumulator::width> accumulators = in0.read();
    ap_uint<PE * Result::width> results = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const auto sum = detail::branch<Sum, Accumulator>(accumulators, pe, pre[fold][pe]);
      detail::set_lane(results, pe, Result(piecewise_linear<Out, BITS>(sum, post[fold][pe])));
    }
    out0.write(results);
    detail::step<FOLDS>(fold);
  }
}

// out = post(saturate(pre(acc) + residual))
template <unsigned PE, unsigned CHANNELS, unsigned PIXELS, typename Accumulator, typename Result,
          typename Sum, typename Pre, typename Residual, unsigned REPEAT, typename Out,
          typename Post>
void epilogue(hls::stream<ap_uint<PE * Accumulator::width>> &in0,
              hls::stream<ap_uint<PE * Residual::width>> &in1,
              hls::stream<ap_uint<PE * Result::width>> &out0,
              const Pre (&pre)[CHANNELS / PE][PE], const Post (&post)[CHANNELS / PE][PE]) {
#pragma HLS INLINE
#pragma HLS ARRAY_PARTITION variable=pre complete dim=2
#pragma HLS ARRAY_PARTITION variable=post complete dim=2
  constexpr unsigned FOLDS = detail::CheckEpilogue<PE, CHANNELS, Accumulator, Result, Out>::FOLDS;
  constexpr unsigned BITS = detail::signed_bits(Sum::LOWEST, Sum::HIGHEST);
  constexpr unsigned SKIPS = detail::CheckResidual<PE, CHANNELS, Residual, REPEAT>::FOLDS;
  ap_uint<PE * Residual::width> pixel[SKIPS];
  detail::Counter<FOLDS> fold = 0;
  detail::Counter<SKIPS> skip = 0;

Beats:
  for (unsigned beat = 0; beat < PIXELS * FOLDS; ++beat) {
#pragma HLS PIPELINE II=1 style=flp
    const ap_uint<PE * Accumulator::width> accumulators = in0.read();
    const ap_uint<PE * Residual::width> residuals = detail::replay(in1, pixel, skip, fold < SKIPS);
    ap_uint<PE * Result::width> results = 0;
  Lanes:
    for (unsigned pe = 0; pe < PE; ++pe) {
#pragma HLS UNROLL
      const typename Sum::Value sum =
          detail::joined<Sum, Accumulator, Residual>(accumulators, residuals, pe, pre[fold][pe]);
      detail::set_lane(results, pe, Result(piecewise_linear<Out, BITS>(sum, post[fold][pe])));
    }
    out0.write(results);
    detail::step<FOLDS>(fold);
    detail::step<SKIPS>(skip);
  }
}

}  // namespace bbcu

#endif
